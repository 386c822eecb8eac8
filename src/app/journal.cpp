#include "ovid/app/journal.hpp"

#include <fmt/format.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace ovid::app {
namespace {

spdlog::level::level_enum level_of(base::Severity severity) {
  switch (severity) {
    case base::Severity::Debug:
      return spdlog::level::debug;
    case base::Severity::Info:
      return spdlog::level::info;
    case base::Severity::Warning:
      return spdlog::level::warn;
    case base::Severity::Error:
      return spdlog::level::err;
  }
  return spdlog::level::err;
}

}  // namespace

Journal::Journal(base::NodeId self, base::Severity least)
    : logger_(std::make_unique<spdlog::logger>("ovid",
                                               std::make_shared<spdlog::sinks::stderr_sink_st>())) {
  logger_->set_pattern(fmt::format("%Y-%m-%dT%H:%M:%S.%eZ node {} %v", self.value),
                       spdlog::pattern_time_type::utc);
  logger_->set_level(level_of(least));
  // A log that cannot be written is no reason to stop.
  logger_->set_error_handler([](const std::string&) {});
}

Journal::~Journal() = default;

void Journal::note(base::Severity severity, std::optional<base::NodeId> peer,
                   std::string_view text) {
  const spdlog::level::level_enum level = level_of(severity);
  const auto name = spdlog::level::to_string_view(level);
  if (peer)
    logger_->log(level, "peer {} {}: {}", peer->value, name, text);
  else
    logger_->log(level, "{}: {}", name, text);
}

}  // namespace ovid::app
