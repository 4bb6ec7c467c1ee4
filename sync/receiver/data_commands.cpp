// migrate, bind, bindings, erase, gaps and latest.

#include "platform/linux/clock.hpp"
#include "sync/receiver/command_support.hpp"
#include "sync/receiver/commands.hpp"
#include "sync/receiver/erasure.hpp"
#include "sync/receiver/export_text.hpp"
#include "sync/receiver/gap_view.hpp"
#include "sync/receiver/maintenance.hpp"
#include "sync/receiver/schema.hpp"
#include "sync/receiver/subjects.hpp"

namespace vitald {
namespace {

std::string text_of(std::optional<UtcTime> time) {
  std::string text;
  if (time) append_utc(text, *time);
  return text;
}

Result<Binding> binding_of(const BindCall& call) {
  Binding binding{call.device, call.sensor, call.subject, utc_now(), kOpenEnd};
  const std::pair<const std::string&, UtcTime&> times[] = {{call.from, binding.from}, {call.to, binding.to}};
  for (const auto& [text, time] : times) {
    if (text.empty()) continue;
    const auto parsed = parse_utc(text);
    if (!parsed) return parsed.error();
    time = *parsed;
  }
  return binding;
}

}  // namespace

int migrate(const std::string& config) {
  const auto settings = read_settings(config);
  if (!settings) return fail(settings.error(), kWrong);
  const auto from = ReceiverStore::migrate(settings->database);
  if (!from) return fail(from.error());
  auto store = ReceiverStore::open(settings->database);
  if (!store) return fail(store.error());
  const auto ready = make_partitions(*store, settings->retention.partition_days, utc_now());
  if (!ready) return fail(ready.error());
  if (*from == 0) std::cout << "made the schema, version " << kSchemaVersion << "\n";
  if (*from == kSchemaVersion) std::cout << "the schema is of version " << kSchemaVersion << " already\n";
  return kDone;
}

int bind_sensor(const std::string& config, const BindCall& call) {
  const auto binding = binding_of(call);
  if (!binding) return fail(binding.error(), kWrong);
  return with_store(config, ReceiverStore::open, [&](const ReceiverSettings&, ReceiverStore& store) {
    const auto bound = bind(store, *binding);
    return bound ? kDone : fail(bound.error(), bound.error().code() == Code::invalid ? kWrong : kFailed);
  });
}

int list_bindings(const std::string& config) {
  return with_store(config, ReceiverStore::open_for_reading, [&](const ReceiverSettings&, ReceiverStore& store) {
    const auto all = bindings(store.database());
    if (!all) return fail(all.error());
    for (const Binding& b : *all)
      std::cout << b.device << "\t" << b.sensor << "\t" << b.subject << "\t" << text_of(b.from) << "\t"
                << (b.to == kOpenEnd ? "" : text_of(b.to)) << "\n";
    return kDone;
  });
}

int erase_subject(const std::string& config, const std::string& subject) {
  return with_store(config, ReceiverStore::open, [&](const ReceiverSettings& settings, ReceiverStore& store) {
    const auto recipients = read_recipients(settings);
    if (!recipients) return fail(recipients.error());
    const auto erased = erase_subject(store, all_openers(*recipients), subject, utc_now());
    if (!erased) return fail(erased.error());
    std::cout << "erased " << erased->readings << " readings in " << erased->batches << " batches\n";
    if (erased->unopened == 0) return kDone;
    return fail({Code::refused, std::to_string(erased->unopened) + " batches cannot be opened with this key and stay"});
  });
}

int print_gaps(const std::string& config, const GapCall& call) {
  return with_store(config, ReceiverStore::open_for_reading, [&](const ReceiverSettings&, ReceiverStore& store) {
    std::cout << "device,sensor,metric,boot,from_us,to_us,from_utc,to_utc,state,reason\n";
    const auto print = [](const Gap& gap) {
      std::string boot;
      append_hex(boot, gap.boot);
      std::cout << gap.device << ',' << gap.sensor << ',' << gap.metric << ',' << boot << ',' << us(gap.from) << ','
                << us(gap.to) << ',' << text_of(gap.from_utc) << ',' << text_of(gap.to_utc) << ',' << name(gap.state)
                << ',' << gap.reason << "\n";
    };
    const GapQuery query{call.device, call.metric, std::chrono::seconds(call.longer_s)};
    const auto done = find_gaps(store.database(), query, print);
    return done ? kDone : fail(done.error());
  });
}

int print_latest(const std::string& config, const std::string& device) {
  return with_store(config, ReceiverStore::open_for_reading, [&](const ReceiverSettings&, ReceiverStore& store) {
    auto select = store.database().prepare(
        "SELECT device, sensor, metric, unit, utc_us, mantissa, exponent, special FROM latest_readings WHERE ($1 = '' "
        "OR "
        "device = $1) ORDER BY device, sensor, metric");
    if (!select) return fail(select.error());
    std::cout << "device,sensor,metric,unit,utc,value,special\n";
    sql::Rows rows = select->query(Text{device});
    for (auto row = rows.next(); !row || *row; row = rows.next()) {
      if (!row) return fail(row.error());
      const auto special = static_cast<Special>(rows.integer(7));
      const Decimal value(rows.integer(5), static_cast<int>(rows.integer(6)));
      const std::string utc = rows.is_null(4) ? "" : text_of(utc_time(rows.integer(4)));
      std::cout << rows.bytes(0) << ',' << rows.bytes(1) << ',' << rows.bytes(2) << ',' << rows.bytes(3) << ',' << utc
                << ',' << (special == Special::none ? value.text() : "") << ','
                << (special == Special::none ? "" : name(special)) << "\n";
    }
    return kDone;
  });
}

}  // namespace vitald
