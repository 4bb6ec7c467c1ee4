#include "agent/outbox_commands.hpp"

#include <filesystem>
#include <iostream>
#include <nlohmann/json.hpp>

#include "agent/command_support.hpp"
#include "agent/local_socket.hpp"
#include "agent/outbox_jobs.hpp"
#include "agent/seal.hpp"
#include "platform/linux/clock.hpp"
#include "platform/linux/file.hpp"
#include "platform/linux/new_file.hpp"
#include "sync/batch/parcel.hpp"

namespace vitald {
namespace {

constexpr std::size_t kMostReceipts = 4 << 20;  // bytes of such a file

Result<void> work(OutboxJob& job, const Sink& sink) {
  for (;;) {
    const Result<std::optional<std::string>> piece = job.next();
    if (!piece) return piece.error();
    if (!*piece) return {};
    if (const Result<void> taken = sink(**piece); !taken) return taken;
  }
}

// `why`: the store is not to be had here.
Result<void> have_agent_do(const Settings& settings, const Error& why, std::string_view request, const Sink& sink) {
  const Result<void> asked = ask_agent(settings.status_socket, request, sink);
  if (asked || asked.error().code() != Code::unavailable) return asked;
  return Error(Code::refused, why.sentence() + "; " + asked.error().sentence());
}

Result<void> have_done(const Settings& settings, std::string_view request, const Sink& sink) {
  if (!std::filesystem::exists(settings.outbox_file() + ".lock"))
    return Error(Code::not_found, "there is no outbox in " + settings.state_dir + ": has the agent run?");
  const Result<BootId> boot = boot_id();
  if (!boot) return boot.error();
  const Result<UplinkKeys> keys = read_keys(settings);
  if (!keys) return keys.error();
  const Result<std::unique_ptr<Outbox>> outbox = Outbox::open(outbox_settings(settings, *boot, *keys));
  if (outbox) return work(*outbox_job(request, {**outbox, *keys, settings.device, *boot}), sink);
  const Error& why = outbox.error();
  return why.code() == Code::refused ? have_agent_do(settings, why, request, sink) : why;
}

Result<std::string> answer_to(const Settings& settings, std::string_view request) {
  std::string answer;
  const Result<void> done = have_done(settings, request, [&](std::string_view bytes) {
    answer += bytes;
    return Result<void>();
  });
  return done ? Result<std::string>(std::move(answer)) : done.error();
}

int print(std::string_view request, const std::string& answer, bool json) {
  const Result<std::string> text = json ? answer : outbox_text(request, answer);
  if (!text) return fail(text.error());
  std::cout << *text;
  return kDone;
}

Result<void> write_parcel(const Settings& settings, const std::string& file, bool all) {
  Result<NewFile> out = NewFile::create(file, 0640);
  if (!out) return out.error();
  const auto write = [&](std::string_view bytes) { return out->write(bytes); };
  const Result<void> written = have_done(settings, all ? "export all" : "export", write);
  return written ? out->commit() : written;
}

// What a person wants to know before they carry it away; and whether it is whole: the agent may have ended meanwhile.
Result<std::uint64_t> count_batches(const std::string& file) {
  Result<ParcelReader> parcel = ParcelReader::open(file);
  if (!parcel) return parcel.error();
  for (std::uint64_t batches = 0;;) {
    const auto field = parcel->next();
    if (!field) return field.error();
    if (!*field) return batches;
    batches += (*field)->field != ParcelField::inventory;
  }
}

// Here, where it says best what is wrong with the file.
Result<void> check_receipts(const std::string& file) {
  Result<ParcelReader> parcel = ParcelReader::open(file);
  if (!parcel) return parcel.error();
  const auto first = parcel->next();
  if (!first) return first.error();
  if (!*first || (*first)->field == ParcelField::receipt) return {};
  return Error(Code::invalid, file + " holds batches, not receipts: it is for `vitald-receiver import`");
}

}  // namespace

int export_outbox(const std::string& config, const std::string& file, bool all) {
  Settings settings;
  if (const Result<void> read = read_settings(config, settings); !read) return fail(read.error(), kWrong);
  set_up_log(settings.log_level);
  if (const Result<void> written = write_parcel(settings, file, all); !written) return fail(written.error());
  const Result<std::uint64_t> batches = count_batches(file);
  if (!batches) {
    std::filesystem::remove(file);
    return fail(batches.error().in("the export ended early"));
  }
  std::cout << file << ": " << *batches << " batches, for `vitald-receiver import`\n";
  return kDone;
}

int import_receipts(const std::string& config, const std::string& file, bool json) {
  Settings settings;
  if (const Result<void> read = read_settings(config, settings); !read) return fail(read.error(), kWrong);
  set_up_log(settings.log_level);
  if (const Result<void> fits = check_receipts(file); !fits) return fail(fits.error());
  const Result<std::string> bytes = read_file(file, kMostReceipts);
  if (!bytes) return fail(bytes.error());
  const std::string request = "receipts\n" + *bytes;
  const Result<std::string> answer = answer_to(settings, request);
  if (!answer) return fail(answer.error().in(file));
  return print(request, *answer, json);
}

int outbox_report(const std::string& config, const std::string& what, bool json) {
  Settings settings;
  if (const Result<void> read = read_settings(config, settings); !read) return fail(read.error(), kWrong);
  set_up_log(settings.log_level);
  const Result<std::string> answer = answer_to(settings, what);
  if (!answer) return fail(answer.error());
  if (const int printed = print(what, *answer, json); printed != kDone) return printed;
  const nlohmann::json report = nlohmann::json::parse(*answer);
  return report.value("damaged_batches", 0) == 0 ? kDone : kFailed;
}

}  // namespace vitald
