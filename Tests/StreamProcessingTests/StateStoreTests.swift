import CivilTime
import Columnar
import DurableFiles
import Testing

@testable import StreamProcessing

@Suite("The state of a query on disk")
struct StateStoreTests {
  /// A store in a new folder, and states of 25 batches, each with a further hour; the hour before the last is forgotten.
  private struct Example {
    let path = MicroBatchExecutionTests.temporary()
    let store: StateStore
    let plan: AggregationPlan
    private(set) var results: [Table] = []

    init(batches: Int64 = 25) throws {
      plan = try MicroBatchExecutionTests.plan(watermark: "30m", by: ["favorite"])
      let checkpoint = try Checkpoint(at: path, plan: plan.fingerprint) { "query-1" }
      _ = try checkpoint.startOffsets { [0] }
      store = StateStore(checkpoint, plan: plan)
      var state = StateStore.State(aggregation: WindowedAggregation(plan))
      for batch in 0..<batches {
        let time = Timestamp(seconds: batch * 3_600)
        state.aggregation.add(
          try Table(schema: plan.input, rows: [[.timestamp(time), .integer(batch % 3)], [.timestamp(time), .null]]))
        let horizon = Watermark(behind: time, by: EventTimeInterval(microseconds: 3_600_000_000))
        if let horizon { state.aggregation.forget(before: horizon) }
        (state.rejected, state.lost) = (batch, 2 * batch)
        results.append(try state.aggregation.result())
        try store.keep(state, after: batch, forgottenBefore: horizon)
        state.aggregation.forgetChanges()
      }
    }
  }

  @Test("is read back as it was after any batch, from differences and whole snapshots")
  func states() throws {
    let example = try Example()
    defer { try? DurableFiles.remove(example.path) }
    for (batch, result) in example.results.enumerated() {
      let state = try example.store.state(after: Int64(batch))
      #expect(try state.aggregation.result() == result, "batch \(batch)")
      #expect(state.rejected == Int64(batch) && state.lost == 2 * Int64(batch))
      #expect(state.aggregation.changedSlots.isEmpty)
      #expect(try example.store.has(Int64(batch)))
    }
    #expect(try !example.store.has(25))
    let names = try DurableFiles.names(in: example.path + "/state").filter { $0.hasSuffix(".snapshot") }
    #expect(names.sorted() == ["19.snapshot", "9.snapshot"])
  }

  @Test("is cleaned of what no restart needs")
  func cleaning() throws {
    let example = try Example()
    defer { try? DurableFiles.remove(example.path) }
    try example.store.clean(after: 19)
    #expect(try DurableFiles.names(in: example.path + "/state").count == 25)
    try example.store.clean(after: 20)
    let left = ["19.snapshot", "20.delta", "21.delta", "22.delta", "23.delta", "24.delta"]
    #expect(try DurableFiles.names(in: example.path + "/state").sorted() == left)
    #expect(try example.store.state(after: 24).aggregation.result() == example.results[24])
    #expect(throws: CheckpointError.missing(path: example.path + "/state/0.delta")) {
      try example.store.state(after: 18)
    }
  }
}
