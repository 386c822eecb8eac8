#pragma once
// A set of nodes for those who keep one for each node of a large grid: a sorted array takes two
// bytes a node where a tree takes 48, and is copied at once.

#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <vector>

#include "ovid/base/ids.hpp"

namespace ovid::base {

/// Ascending. A change invalidates iterators.
class NodeSet {
 public:
  NodeSet() = default;
  NodeSet(std::initializer_list<NodeId> nodes) {
    for (const NodeId node : nodes) insert(node);
  }

  void insert(NodeId node) {
    const auto place = std::lower_bound(nodes_.begin(), nodes_.end(), node);
    if (place == nodes_.end() || *place != node) nodes_.insert(place, node);
  }
  void erase(NodeId node) {
    const auto place = std::lower_bound(nodes_.begin(), nodes_.end(), node);
    if (place != nodes_.end() && *place == node) nodes_.erase(place);
  }
  bool contains(NodeId node) const {
    return std::binary_search(nodes_.begin(), nodes_.end(), node);
  }
  void clear() { nodes_.clear(); }

  bool empty() const { return nodes_.empty(); }
  std::size_t size() const { return nodes_.size(); }
  auto begin() const { return nodes_.begin(); }
  auto end() const { return nodes_.end(); }
  bool operator==(const NodeSet&) const = default;

 private:
  std::vector<NodeId> nodes_;
};

}  // namespace ovid::base
