// Browsers are recognized by their first bytes; no client's command is taken for HTTP or TLS.

#include "ovid/wire/foreign.hpp"

#include <string>

#include <gtest/gtest.h>

namespace ovid::wire {
namespace {

TEST(Foreign, EveryMethodOfABrowserBeginsARequest) {
  for (const char* method :
       {"GET", "POST", "PUT", "HEAD", "OPTIONS", "DELETE", "PATCH", "CONNECT", "TRACE"})
    for (const char* target : {"/", "/a?b=c%20d", "http://127.0.0.1:10000/x", "*", "host:443"})
      for (const char* version : {"HTTP/1.1", "HTTP/1.0", "HTTP/2.0"}) {
        const std::string line = std::string(method) + " " + target + " " + version;
        EXPECT_TRUE(is_http(line)) << line;
      }
}

TEST(Foreign, UnusualMethodsThePrefaceOfHttp2AndHostAreHttpToo) {
  for (const char* line : {"PRI * HTTP/2.0", "PROPFIND / HTTP/1.1", "QUERY /q HTTP/1.1",
                           "M-SEARCH * HTTP/1.1", "Host: 127.0.0.1:10000", "Host:x"})
    EXPECT_TRUE(is_http(line)) << line;
}

TEST(Foreign, CommandsAreNeverHttp) {
  for (const char* line :
       {"broadcast POST / HTTP/1.1", "broadcast Host: x", "get", "get ", "get / HTTP/1.1",
        "post / HTTP/1.1", "GET", "GET /", "Get / HTTP/1.1", "host: x", "HOST: x", " Host: x",
        " GET / HTTP/1.1", "GETHTTP/1.1", "A HTTP/1.1", "vote NO", "msg 7 GET / HTTP/1.1", "",
        "add song http://x HTTP/1.1"})
    EXPECT_FALSE(is_http(line)) << line;
}

TEST(Foreign, ATlsHelloIsRecognizedByItsFirstTwoBytes) {
  EXPECT_TRUE(begins_tls("\x16\x03"));
  EXPECT_TRUE(begins_tls("\x16\x03\x01\x02"));
  EXPECT_FALSE(begins_tls("\x16"));
  EXPECT_FALSE(begins_tls("\x16get"));
  EXPECT_FALSE(begins_tls(""));
}

TEST(Foreign, TheBeginningIsLongEnoughForTheLongestMethod) {
  const std::string line = "PROPPATCH /" + std::string(100, 'x');
  EXPECT_TRUE(begins_http(line.substr(0, kBeginningBytes)));
  EXPECT_FALSE(begins_http("broadcast GET /"));
  EXPECT_FALSE(begins_http("GET/"));
}

}  // namespace
}  // namespace ovid::wire
