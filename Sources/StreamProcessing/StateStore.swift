import DurableFiles
import JSONText

/// The aggregation after each batch, in the checkpoint's folder `state`, as Spark's state store keeps it:
///
///     N.delta       the windows that batch N changed, and the watermark at which it forgot closed ones
///     N.snapshot    all windows after batch N, for every tenth batch; earlier files are then not needed
///
/// Each file holds one line of JSON; see ``CheckpointFile``.
struct StateStore {
  /// What a query remembers between batches.
  struct State {
    var aggregation: WindowedAggregation
    var rejected: Int64 = 0
    /// Events that the source lost before they were read.
    var lost: Int64 = 0
  }

  private let checkpoint: Checkpoint
  private let plan: AggregationPlan

  /// The number of batches from one snapshot to the next.
  private static let snapshotInterval: Int64 = 10

  private var folder: String { checkpoint.path + "/state/" }

  init(_ checkpoint: Checkpoint, plan: AggregationPlan) {
    self.checkpoint = checkpoint
    self.plan = plan
  }

  /// The state after a batch: the newest snapshot before it, and the changes since.
  ///
  /// - Throws: ``CheckpointError`` for a file that is missing or damaged.
  func state(after batch: Int64) throws(CheckpointError) -> State {
    let names: [String]
    do { names = try DurableFiles.names(in: folder) } catch { throw .file(error) }
    let snapshots = names.compactMap { $0.hasSuffix(".snapshot") ? Int64($0.dropLast(9)) : nil }
    let base = snapshots.filter { $0 <= batch }.max()
    var state = State(aggregation: WindowedAggregation(plan))
    if let base { state = try apply("\(base).snapshot", to: state) }
    for number in ((base ?? -1) + 1)..<(batch + 1) { state = try apply("\(number).delta", to: state) }
    state.aggregation.forgetChanges()
    return state
  }

  private func apply(_ name: String, to before: State) throws(CheckpointError) -> State {
    let damaged = CheckpointError.damaged(path: folder + name)
    let json = try checkpoint.read("state/\(name)", lineCount: 1)[0]
    guard let rejected = json["rejected"]?.integer, let lost = json["lost"]?.integer, let saved = json["aggregation"]
    else { throw damaged }
    var state = State(aggregation: before.aggregation, rejected: rejected, lost: lost)
    guard state.aggregation.apply(saved) else { throw damaged }
    if let horizon = json["forgottenBefore"]?.integer {
      state.aggregation.forget(before: Watermark(microseconds: horizon))
    }
    return state
  }

  /// Saves the state after a batch, before the sink gets the batch. Durable when it returns.
  ///
  /// - Parameter horizon: windows that end there or before were forgotten in this batch.
  func keep(_ state: State, after batch: Int64, forgottenBefore horizon: Watermark?) throws(CheckpointError) {
    let isSnapshot = batch % Self.snapshotInterval == Self.snapshotInterval - 1
    var json: [String: JSON] = [
      "aggregation": isSnapshot ? state.aggregation.snapshot : state.aggregation.difference,
      "rejected": .integer(state.rejected), "lost": .integer(state.lost),
    ]
    json["forgottenBefore"] = horizon.map { .integer($0.microseconds) }
    try checkpoint.write([.object(json)], to: "state/\(batch)." + (isSnapshot ? "snapshot" : "delta"))
  }

  /// Whether the state after a batch was saved.
  func has(_ batch: Int64) throws(CheckpointError) -> Bool {
    do {
      if try DurableFiles.exists(folder + "\(batch).delta") { return true }
      return try DurableFiles.exists(folder + "\(batch).snapshot")
    } catch {
      throw .file(error)
    }
  }

  /// Removes files that no restart needs once a batch is committed: all before the newest snapshot that is older than it.
  func clean(after batch: Int64) throws(CheckpointError) {
    guard batch % Self.snapshotInterval == 0, batch > 0 else { return }
    do {
      for name in try DurableFiles.names(in: folder) {
        if let number = name.split(separator: ".").first.flatMap({ Int64($0) }), number < batch - 1 {
          try DurableFiles.remove(folder + name)
        }
      }
    } catch {
      throw .file(error)
    }
  }
}
