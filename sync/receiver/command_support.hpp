#pragma once

// What the subcommands share: exit statuses, settings, the store.

#include <iostream>
#include <string>

#include "platform/model/result.hpp"
#include "sync/receiver/opener.hpp"
#include "sync/receiver/receiver_settings.hpp"
#include "sync/receiver/receiver_store.hpp"
#include "sync/receiver/recipients.hpp"

namespace vitald {

constexpr int kDone = 0, kFailed = 1, kWrong = 2;

inline int fail(const Error& error, int status = kFailed) {
  std::cerr << "vitald-receiver: " << error.sentence() << "\n";
  return status;
}

Result<ReceiverSettings> read_settings(const std::string& config);

// Reads the settings, opens the store and calls `work` with both; its status, or why it was not called.
template <class Work>
int with_store(const std::string& config, Result<ReceiverStore> (*open)(const std::string&), const Work& work) {
  const auto settings = read_settings(config);
  if (!settings) return fail(settings.error(), kWrong);
  auto store = open(settings->database);
  return store ? work(*settings, *store) : fail(store.error());
}

// The present key pair and the former ones, from their files.
Result<Recipients> read_recipients(const ReceiverSettings& settings);

// For what comes and what is stored: an unsealed batch that was accepted once can be read for ever.
Openers all_openers(const Recipients& recipients);

}  // namespace vitald
