#pragma once
// One function for each alternative of a std::variant: std::visit(Match{[](A) {}, [](B) {}}, v).

namespace ovid::base {

template <typename... Cases>
struct Match : Cases... {
  using Cases::operator()...;
};
template <typename... Cases>
Match(Cases...) -> Match<Cases...>;

}  // namespace ovid::base
