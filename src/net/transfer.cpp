// SPDX-License-Identifier: AGPL-3.0-or-later
#include "net/transfer.h"

#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "base/error.h"

namespace holdfast::net {

namespace {

constexpr std::size_t longest_answer = 1024;

void initialise() {
  // Not safe in several threads, which a static variable is.
  static const CURLcode done = ::curl_global_init(CURL_GLOBAL_DEFAULT);
  if (done != CURLE_OK)
    throw Error(ErrorKind::internal, "libcurl cannot be used: {}", ::curl_easy_strerror(done));
}

/// An address as SMTP has it: "<a@b>".
std::string in_brackets(const std::string& address) {
  return address.starts_with('<') ? address : "<" + address + ">";
}

bool is_temporary(CURLcode failure) {
  switch (failure) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_CONNECT:
    case CURLE_OPERATION_TIMEDOUT:
    case CURLE_GOT_NOTHING:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PARTIAL_FILE: return true;
    default: return false;
  }
}

MailOutcome::Server server_at(CURLcode failure) {
  switch (failure) {
    case CURLE_COULDNT_RESOLVE_HOST: return MailOutcome::Server::unknown_host;
    case CURLE_COULDNT_CONNECT: return MailOutcome::Server::not_reached;
    default: return MailOutcome::Server::reached;
  }
}

}  // namespace

struct Transfer::Curl {
  CURL* handle = nullptr;
  curl_slist* list = nullptr;
  std::stop_token stop;
  std::string upload;
  std::size_t uploaded = 0;
  std::string answer;
  std::array<char, CURL_ERROR_SIZE> reason{};

  ~Curl() {
    ::curl_slist_free_all(list);
    ::curl_easy_cleanup(handle);
  }

  void add(const std::string& line) {
    curl_slist* longer = ::curl_slist_append(list, line.c_str());
    if (longer == nullptr) throw std::bad_alloc();
    list = longer;
  }

  static int progress(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    return static_cast<Curl*>(self)->stop.stop_requested() ? 1 : 0;
  }
  static std::size_t read(char* into, std::size_t size, std::size_t count, void* self) {
    auto& curl = *static_cast<Curl*>(self);
    const std::size_t length = std::min(size * count, curl.upload.size() - curl.uploaded);
    std::memcpy(into, curl.upload.data() + curl.uploaded, length);
    curl.uploaded += length;
    return length;
  }
  /// A mail server's replies, of which the one that refuses is kept: a goodbye may follow it.
  static std::size_t reply(char* from, std::size_t size, std::size_t count, void* self) {
    const bool refuses = size * count > 0 && (from[0] == '4' || from[0] == '5');
    if (refuses) static_cast<Curl*>(self)->answer.assign(from, std::min(size * count, longest_answer));
    return size * count;
  }
  static std::size_t write(char* from, std::size_t size, std::size_t count, void* self) {
    auto& answer = static_cast<Curl*>(self)->answer;
    answer.append(from, std::min(size * count, longest_answer - std::min(answer.size(), longest_answer)));
    return size * count;
  }
};

Transfer::Transfer(const std::string& url, std::chrono::milliseconds limit, std::stop_token stop) {
  initialise();
  curl_ = std::make_unique<Curl>();
  curl_->stop = std::move(stop);
  CURL* handle = curl_->handle = ::curl_easy_init();
  if (handle == nullptr) throw Error(ErrorKind::internal, "libcurl cannot be used");
  ::curl_easy_setopt(handle, CURLOPT_URL, url.c_str());
  ::curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https,smtp,smtps");
  ::curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  ::curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(limit.count()));
  ::curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, curl_->reason.data());
  ::curl_easy_setopt(handle, CURLOPT_NOPROGRESS, 0L);
  ::curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, Curl::progress);
  ::curl_easy_setopt(handle, CURLOPT_XFERINFODATA, curl_.get());
  ::curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, Curl::write);
  ::curl_easy_setopt(handle, CURLOPT_WRITEDATA, curl_.get());
  ::curl_easy_setopt(handle, CURLOPT_SSL_VERIFYPEER, 1L);
  ::curl_easy_setopt(handle, CURLOPT_SSL_VERIFYHOST, 2L);
  ::curl_easy_setopt(handle, CURLOPT_USERAGENT, "Holdfast/0.1.0");
}

Transfer::~Transfer() = default;

void Transfer::set_login(const std::string& user, const std::string& password) {
  ::curl_easy_setopt(curl_->handle, CURLOPT_USERNAME, user.c_str());
  ::curl_easy_setopt(curl_->handle, CURLOPT_PASSWORD, password.c_str());
}

void Transfer::set_tls(Tls tls) {
  const bool is_required = tls == Tls::required;
  ::curl_easy_setopt(curl_->handle, CURLOPT_USE_SSL,
                     static_cast<long>(is_required ? CURLUSESSL_ALL : CURLUSESSL_TRY));
  ::curl_easy_setopt(curl_->handle, CURLOPT_SSL_VERIFYPEER, is_required ? 1L : 0L);
  ::curl_easy_setopt(curl_->handle, CURLOPT_SSL_VERIFYHOST, is_required ? 2L : 0L);
}

void Transfer::set_addresses(MailServer::Addresses addresses) {
  using Addresses = MailServer::Addresses;
  const long which = addresses == Addresses::any    ? CURL_IPRESOLVE_WHATEVER
                     : addresses == Addresses::ipv4 ? CURL_IPRESOLVE_V4
                                                    : CURL_IPRESOLVE_V6;
  ::curl_easy_setopt(curl_->handle, CURLOPT_IPRESOLVE, which);
}

void Transfer::set_mail(const std::string& from, const std::vector<std::string>& to, std::string text) {
  for (const std::string& recipient : to) curl_->add(in_brackets(recipient));
  curl_->upload = std::move(text);
  ::curl_easy_setopt(curl_->handle, CURLOPT_MAIL_FROM, in_brackets(from).c_str());
  ::curl_easy_setopt(curl_->handle, CURLOPT_MAIL_RCPT, curl_->list);
  ::curl_easy_setopt(curl_->handle, CURLOPT_HEADERFUNCTION, Curl::reply);
  ::curl_easy_setopt(curl_->handle, CURLOPT_HEADERDATA, curl_.get());
  ::curl_easy_setopt(curl_->handle, CURLOPT_UPLOAD, 1L);
  ::curl_easy_setopt(curl_->handle, CURLOPT_READFUNCTION, Curl::read);
  ::curl_easy_setopt(curl_->handle, CURLOPT_READDATA, curl_.get());
}

void Transfer::set_json(const std::string& body) {
  curl_->add("Content-Type: application/json");
  curl_->add("Expect:");  // No wait for "100 Continue".
  ::curl_easy_setopt(curl_->handle, CURLOPT_HTTPHEADER, curl_->list);
  ::curl_easy_setopt(curl_->handle, CURLOPT_POSTFIELDSIZE, static_cast<long>(body.size()));
  ::curl_easy_setopt(curl_->handle, CURLOPT_COPYPOSTFIELDS, body.c_str());
}

Transfer::Result Transfer::perform() {
  const CURLcode done = ::curl_easy_perform(curl_->handle);
  if (curl_->stop.stop_requested() && done != CURLE_OK) throw Error(ErrorKind::cancelled, "it was stopped");
  Result result;
  result.failure = static_cast<int>(done);
  result.answer = curl_->answer;
  result.may_pass = is_temporary(done);
  result.server = server_at(done);
  ::curl_easy_getinfo(curl_->handle, CURLINFO_RESPONSE_CODE, &result.reply);
  if (done != CURLE_OK)
    result.reason = curl_->reason[0] != '\0' ? std::string(curl_->reason.data()) : ::curl_easy_strerror(done);
  return result;
}

}  // namespace holdfast::net
