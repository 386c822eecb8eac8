#include "ovid/agent/recorder.hpp"

namespace ovid::agent {

std::vector<std::string> Recorder::take_texts() {
  std::vector<std::string> texts;
  for (const Effect& effect : take()) texts.push_back(text_of(effect));
  return texts;
}

void Recorder::done(Effect effect) {
  effects_.push_back(std::move(effect));
}

}  // namespace ovid::agent
