// SPDX-License-Identifier: AGPL-3.0-or-later
#include "testing/client/director_double.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "testing/transport/extended_stream.h"
#include "testing/transport/memory_stream.h"

namespace holdfast::testing_support {

namespace {
constexpr auto patience = std::chrono::seconds(20);
constexpr std::string_view storage = "storage address=127.0.0.1 port=9103 ssl=0";
}  // namespace

DirectorDouble::DirectorDouble(ClientWorld& world, Speaks speaks) {
  auto [ours, theirs] = transport::memory_pair();
  if (speaks == Speaks::extensions) theirs = std::make_unique<transport::ExtendedStream>(std::move(theirs));
  channel_ = std::make_unique<transport::Channel>(std::move(ours));
  channel_->set_timeout(patience);
  session_ = std::jthread([&world, stream = std::move(theirs)]() mutable {
    world.serve(std::make_unique<transport::Channel>(std::move(stream)));
  });
}

DirectorDouble::~DirectorDouble() { hang_up(); }

void DirectorDouble::send(std::string_view text) {
  channel_->send(text);
  channel_->flush();
}

void DirectorDouble::send(wire::Signal signal) {
  channel_->send(signal);
  channel_->flush();
}

std::string DirectorDouble::receive() {
  for (;;) {
    const auto received = channel_->receive();
    if (std::holds_alternative<transport::Closed>(received)) return "<closed>";
    if (const auto* signal = std::get_if<wire::Signal>(&received))
      return fmt::format("<signal {}>", static_cast<int>(*signal));
    const std::string text(std::get<transport::Packet>(received).text());
    if (!text.starts_with("Jmsg ")) return text;
    messages.push_back(wire::decode_or_throw<wire::JobMessage>(text, "message").text);
  }
}

std::string DirectorDouble::ask(std::string_view text) {
  send(text);
  return receive();
}

void DirectorDouble::start_job(const std::string& path, const std::string& options) {
  const auto begin = fmt::format("JobId=1 Job={} SDid=1 SDtime=1795384262 Authorization=key ssl=0\n", job);
  ASSERT_EQ(ask(begin), "2000 OK Job 25.1.0 (03Aug26) Debian GNU/Linux 12 (bookworm),debian");
  ASSERT_EQ(ask("level = full  mtime_only=0 \n"), wire::client::ok_level);
  for (const std::string& line : {std::string("fileset vss=1\n"), std::string("I\n"), "O " + options + "\n",
                                  std::string("N\n"), "F " + path, std::string("N\n"), std::string("N\n")})
    send(line);
  send(wire::Signal::end_of_data);
  ASSERT_EQ(receive(), wire::client::ok_file_set);
}

wire::client::JobEnd DirectorDouble::backup() {
  EXPECT_EQ(ask(std::string(storage) + "\n"), wire::client::ok_storage);
  EXPECT_EQ(ask("backup FileIndex=0\n"), wire::client::ok_backup);
  return end_of_job();
}

wire::client::JobEnd DirectorDouble::restore(const std::string& where) {
  EXPECT_EQ(ask(std::string(storage) + " Authorization=another\n"), wire::client::ok_storage);
  EXPECT_EQ(ask("restore replace=a prelinks=0 where=" + where + "\n"), wire::client::ok_restore);
  EXPECT_EQ(receive(), wire::client::ok_storage_end);
  send("endrestore");
  return end_of_job();
}

wire::client::JobEnd DirectorDouble::end_of_job() {
  std::string last = receive();
  if (const auto found = wire::decode<wire::RecordProof>(last)) {
    proof = *found;
    last = receive();
  }
  const auto end = wire::decode_or_throw<wire::client::JobEnd>(last, "end of job");
  EXPECT_EQ(receive(), "<signal -4>");
  return end;
}

void DirectorDouble::hang_up() {
  channel_.reset();
  wait();
}

void DirectorDouble::wait() {
  if (session_.joinable()) session_.join();
}

}  // namespace holdfast::testing_support
