// Nodes on real sockets are recorded. Fresh nodes that get the recorded inputs do the same.

#include "ovid/node/replay.hpp"

#include <memory>
#include <string>
#include <vector>

#include "grid.hpp"
#include "patience.hpp"
#include <gtest/gtest.h>

#include "ovid/agents/chatroom.hpp"

namespace ovid::net_test {
namespace {

constexpr int kNodes = 3;

/// A chatroom node. Its inputs and effects are recorded from its start.
class RecordedNode {
 public:
  RecordedNode(const Ports& ports, int id)
      : links_(link::Config::for_grid(at(id), kNodes, kNodes)) {
    net::MeshConfig mesh;
    mesh.self = links_.self;
    mesh.nodes = kNodes;
    mesh.base_port = ports.mesh();
    node_ = std::make_unique<RunningNode>(mesh, ports.master(id), links_,
                                          [this](const node::Services& loop) {
                                            recorder_ = std::make_unique<node::Recorder>(loop);
                                            return recorder_->services();
                                          });
  }
  const Witness& witness() const { return node_->witness(); }
  void end() { node_.reset(); }
  /// May be called after end() only.
  const std::vector<node::Entry>& entries() const { return recorder_->entries(); }
  const link::Config& links() const { return links_; }

 private:
  static base::NodeId at(int id) { return {static_cast<std::uint16_t>(id)}; }

  const link::Config links_;
  std::unique_ptr<node::Recorder> recorder_;
  std::unique_ptr<RunningNode> node_;
};

TEST(Replay, OfNodesOnRealSocketsHasTheSameEffects) {
  const Ports ports;
  std::vector<std::unique_ptr<RecordedNode>> nodes;
  for (int id = 0; id < kNodes; ++id) nodes.push_back(std::make_unique<RecordedNode>(ports, id));
  ASSERT_TRUE(eventually([&] {
    return nodes[0]->witness().alive().size() == kNodes - 1 &&
           nodes[1]->witness().alive().size() == kNodes - 1;
  }));
  Tcp client(ports.master(0));
  std::string lines;
  for (int i = 0; i < 500; ++i) lines += "broadcast " + std::to_string(i) + "\n";
  ASSERT_TRUE(client.send(lines));
  ASSERT_TRUE(eventually([&] { return nodes[1]->witness().received(0).size() == 500; }));
  Tcp other(ports.master(1));
  EXPECT_TRUE(other.ask("get").starts_with("messages 0,1,2,"));
  nodes[2]->end();  // the other nodes see that it ends
  ASSERT_TRUE(eventually([&] { return !nodes[0]->witness().alive().contains(2); }));
  for (const auto& node : nodes) node->end();

  for (const auto& node : nodes) {
    observe::Stream stream;
    const auto divergence =
        node::replay(node->entries(), node->links(),
                     node::alone("chatroom", std::make_unique<agents::Chatroom>()), stream, false);
    EXPECT_FALSE(divergence) << divergence->entry << ": " << divergence->what;
    EXPECT_GT(node->entries().size(), 20u);
  }
}

}  // namespace
}  // namespace ovid::net_test
