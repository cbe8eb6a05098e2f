// SPDX-License-Identifier: AGPL-3.0-or-later
#include "os/pam.h"

#include <security/pam_appl.h>
#include <string.h>

#include <cstdlib>
#include <exception>

#include "base/error.h"

namespace holdfast::os {

namespace {

constexpr int most_messages = 32;

/// Answers PAM's questions, and keeps what a user threw until PAM, which is C, has returned.
struct Answerer {
  PamUser& user;
  std::exception_ptr failure;

  static void discard(pam_response* responses, int count) {
    for (int i = 0; i < count; ++i) {
      if (responses[i].resp == nullptr) continue;
      ::explicit_bzero(responses[i].resp, ::strlen(responses[i].resp));
      std::free(responses[i].resp);
    }
    std::free(responses);
  }

  void answer(const pam_message& message, pam_response& response) {
    const bool is_hidden = message.msg_style == PAM_PROMPT_ECHO_OFF;
    // Errors and other texts are for nobody: the console would answer them (interop 01, section 11.2).
    if (!is_hidden && message.msg_style != PAM_PROMPT_ECHO_ON) return;
    std::string text = user.ask(is_hidden ? PamUser::Echo::hidden : PamUser::Echo::shown,
                                message.msg == nullptr ? "" : message.msg);
    response.resp = ::strndup(text.c_str(), PAM_MAX_RESP_SIZE - 1);
    wipe(text);
  }

  static int converse(int count, const pam_message** messages, pam_response** responses, void* self) {
    if (count <= 0 || count > most_messages) return PAM_CONV_ERR;
    auto& answerer = *static_cast<Answerer*>(self);
    auto* answers =
        static_cast<pam_response*>(std::calloc(static_cast<std::size_t>(count), sizeof(pam_response)));
    if (answers == nullptr) return PAM_BUF_ERR;
    try {
      for (int i = 0; i < count; ++i) answerer.answer(*messages[i], answers[i]);
    } catch (...) {
      answerer.failure = std::current_exception();
      discard(answers, count);
      return PAM_CONV_ERR;
    }
    *responses = answers;
    return PAM_SUCCESS;
  }
};

/// One conversation with PAM.
class Transaction {
 public:
  Transaction(const PamService& service, const std::string& user, Answerer& answerer)
      : conversation_{Answerer::converse, &answerer} {
    const char* name = user.empty() ? nullptr : user.c_str();
    result_ = service.folder.empty() ? ::pam_start(service.name.c_str(), name, &conversation_, &handle_)
                                     : ::pam_start_confdir(service.name.c_str(), name, &conversation_,
                                                           service.folder.c_str(), &handle_);
    require("it could not be begun");
  }
  ~Transaction() {
    if (handle_ != nullptr) ::pam_end(handle_, result_);
  }
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  void set_host(const std::string& host) { ::pam_set_item(handle_, PAM_RHOST, host.c_str()); }
  int authenticate() { return result_ = ::pam_authenticate(handle_, PAM_SILENT | PAM_DISALLOW_NULL_AUTHTOK); }
  int check_account() { return result_ = ::pam_acct_mgmt(handle_, PAM_SILENT); }
  void require(const char* what) const {
    if (result_ != PAM_SUCCESS)
      throw Error(ErrorKind::refused, "PAM: {}: {}", what, ::pam_strerror(handle_, result_));
  }
  std::string user() const {
    const void* name = nullptr;
    if (::pam_get_item(handle_, PAM_USER, &name) != PAM_SUCCESS || name == nullptr) return "";
    return static_cast<const char*>(name);
  }

 private:
  pam_conv conversation_;
  pam_handle_t* handle_ = nullptr;
  int result_ = PAM_SUCCESS;
};

}  // namespace

std::string authenticate(const PamService& service, const std::string& user, const std::string& host,
                         PamUser& dialogue) {
  Answerer answerer{dialogue, nullptr};
  Transaction transaction(service, user, answerer);
  transaction.set_host(host);
  transaction.authenticate();
  if (answerer.failure) std::rethrow_exception(answerer.failure);
  transaction.require("not authenticated");
  transaction.check_account();
  if (answerer.failure) std::rethrow_exception(answerer.failure);
  transaction.require("the account may not be used");
  return transaction.user();
}

void wipe(std::string& secret) {
  ::explicit_bzero(secret.data(), secret.size());
  secret.clear();
}

}  // namespace holdfast::os
