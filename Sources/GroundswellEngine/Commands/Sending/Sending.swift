import EventHub

/// Sends a source's events to the session's hub, and gathers what there is to show of it.
struct Sending {
  private let hub: any Hub
  private let sender: any HubSender
  private let report: @Sendable (Progress) -> Void
  private var examples: [String] = []
  private(set) var count = 0
  private var outputs: [Output]

  /// So many events are shown, as the tutorial's notebook shows what it sends.
  private static let shown = 5
  private static let eventsPerBatch = 10_000

  init(to hub: any Hub, in session: Session) async throws {
    self.hub = hub
    report = await session.listeners.progress
    sender = try await hub.sender(clock: session.clock) { [report] in report(.waiting($0)) }
    outputs = sender.recovered.map { recovery in
      .text("cut off \(counted(recovery.bytes, "byte")) that a crash left behind offset \(recovery.nextOffset - 1)")
    }
  }

  /// Sends all that a source has.
  mutating func sendAll(of source: inout some BodySource) async throws {
    while let bodies = try source.next(maximum: Self.eventsPerBatch) {
      try Task.checkCancellation()
      try await send(bodies, share: source.share)
    }
    try Task.checkCancellation()
  }

  /// Sends a batch; it is safe in the hub when this returns.
  mutating func send(_ bodies: EventBodies, share: Double? = nil) async throws {
    guard bodies.count > 0 else { return }
    try await sender.send(EventBatch(bodies: bodies.bodies, ends: bodies.ends))
    for index in 0..<min(bodies.count, max(0, Self.shown - examples.count)) {
      examples.append("Sent event: " + visible(bodies.text(index), lineEnd: "⏎"))
    }
    count += bodies.count
    report(Progress("events sent", done: Int64(count), share: share))
  }

  /// What there is to show at the end.
  ///
  /// - Parameter again: what sending once more would do.
  /// - Throws: the failure, with what there was to show before it.
  func end(
    _ failure: (any Error)? = nil, again: String = "sending again adds it a second time"
  ) throws -> [Output] {
    var outputs = outputs
    let examples = examples + (count > examples.count ? ["..."] : [])
    if !examples.isEmpty { outputs.append(.text(examples.joined(separator: "\n"))) }
    if failure == nil || count > 0 { outputs.append(Self.account(count, hub)) }
    guard let failure else { return outputs }
    throw CellFailure(outputs: outputs, failure: Self.message(of: failure, sent: count, again: again))
  }

  static func account(_ count: Int, _ hub: any Hub) -> Output {
    .text("sent \(counted(count, "event")) to the hub \(hub.name)")
  }

  /// What went wrong, and where something was sent before an interruption, what becomes of that.
  static func message(of failure: any Error, sent count: Int, again: String) -> String {
    failure is CancellationError && count > 0
      ? "interrupted\nwhat was sent stays in the hub: \(again)" : CellFailure.message(of: failure)
  }
}
