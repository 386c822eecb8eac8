#include "words.hpp"

#include "ovid/wire/body.hpp"
#include "ovid/wire/hello.hpp"

namespace ovid::test {

base::Bytes body_of(base::NodeId sender, const std::vector<std::string>& texts) {
  wire::BodyWriter writer(sender);
  for (const std::string& text : texts) writer.add({text});
  return writer.take();
}

Message greeting(const Greeting& words) {
  wire::Envelope e;
  e.from = id(words.from);
  e.to = id(words.to);
  e.from_incarnation = words.from_incarnation;
  e.to_incarnation = words.to_incarnation;
  e.from_epoch = words.from_epoch;
  e.to_epoch = words.to_epoch;
  e.count = 1;
  e.greeting = true;
  return {e, wire::hello_body(e.from, {words.nodes, words.grid})};
}

}  // namespace ovid::test
