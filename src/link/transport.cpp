#include "ovid/link/transport.hpp"

namespace ovid::link {

const char* text_of(Report report) {
  switch (report) {
    case Report::Connected:
      return "connected";
    case Report::Disconnected:
      return "disconnected";
    case Report::Refused:
      return "refused";
    case Report::Unreachable:
      return "unreachable";
    case Report::Writable:
      return "writable";
  }
  return "?";
}

}  // namespace ovid::link
