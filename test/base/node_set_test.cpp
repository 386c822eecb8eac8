#include "ovid/base/node_set.hpp"

#include <gtest/gtest.h>

namespace ovid::base {
namespace {

std::vector<int> ids(const NodeSet& set) {
  std::vector<int> ids;
  for (const NodeId node : set) ids.push_back(node.value);
  return ids;
}

TEST(ASetOfNodes, HasEachNodeOnceInAscendingOrder) {
  NodeSet set{NodeId{7}, NodeId{3}, NodeId{7}};
  set.insert(NodeId{5});
  set.insert(NodeId{3});
  EXPECT_EQ(ids(set), (std::vector<int>{3, 5, 7}));
  EXPECT_EQ(set.size(), 3u);
  EXPECT_TRUE(set.contains(NodeId{5}));
  EXPECT_FALSE(set.contains(NodeId{4}));
}

TEST(ASetOfNodes, ForgetsWhatIsErasedAndNothingElse) {
  NodeSet set{NodeId{1}, NodeId{2}, NodeId{3}};
  set.erase(NodeId{2});
  set.erase(NodeId{9});
  EXPECT_EQ(set, (NodeSet{NodeId{1}, NodeId{3}}));
  set.clear();
  EXPECT_TRUE(set.empty());
}

}  // namespace
}  // namespace ovid::base
