import EventHub
import Wording
import EventFiles
import Rendering

/// Sends a source's events to the session's hub, and collects the outputs.
struct Sending {
  private let hub: any Hub
  private let sender: any HubSender
  private let report: @Sendable (Progress) -> Void
  private var examples: [String] = []
  private(set) var count = 0
  private var outputs: [Output]

  /// How many events are shown, as the tutorial's notebook shows what it sends.
  private static let shown = 5
  private static let eventsPerBatch = 10_000
  /// How many bytes of an event are shown.
  private static let shownBytes = 2_000

  init(to hub: any Hub, in session: Session) async throws {
    self.hub = hub
    report = { [events = session.events] in events.send(.progress($0)) }
    sender = try await hub.sender(clock: session.clock) { [report] in report(.waiting($0)) }
    outputs = sender.recovered.map { recovery in
      .text(
        "recovered from a crash: moved \(counted(recovery.bytes, "incomplete byte")) after offset \(recovery.nextOffset - 1) to \(recovery.copy)"
      )
    }
  }

  /// Reports the events that an embedded hub already holds, since readers see them together with the new ones.
  mutating func noteWhatIsHeld() async throws {
    guard hub.folder != nil else { return }
    let held = try await hub.heldOffsets().reduce(0) { $0 + $1.count }
    guard held > 0 else { return }
    outputs.append(
      .aside(
        "the hub \(hub.name) already holds \(counted(held, "event")) and adds these: connect hub NAME uses another"))
  }

  /// Sends all events of a source. When cancelled, it still sends the batch that it has read.
  mutating func sendAll(of source: inout some BodySource) async throws {
    try Task.checkCancellation()
    while let bodies = try source.next(maximum: Self.eventsPerBatch) {
      try await send(bodies, share: source.share)
      try Task.checkCancellation()
    }
    try Task.checkCancellation()
  }

  /// Sends a batch, which is durable in the hub when this returns.
  ///
  /// - Parameter posts: the post of each event, which becomes its property (``SentPosts``); empty unless a search found them.
  mutating func send(_ bodies: EventBodies, posts: [String?] = [], share: Double? = nil) async throws {
    guard bodies.count > 0 else { return }
    var batch = EventBatch(bodies: bodies.bodies, ends: bodies.ends)
    if !posts.isEmpty {
      let events = (0..<batch.count).map { batch[$0] }
      batch = EventBatch()
      for (var event, post) in zip(events, posts) {
        if let post { event.properties[SentPosts.property] = post }
        batch.append(event)
      }
    }
    try await sender.send(batch)
    for index in 0..<min(bodies.count, max(0, Self.shown - examples.count)) {
      examples.append("Sent event: " + visible(bodies.beginning(index, bytes: Self.shownBytes), lineEnd: "⏎"))
    }
    count += bodies.count
    report(Progress("events sent", done: Int64(count), share: share))
  }

  /// The outputs at the end.
  ///
  /// - Parameter again: what sending again does to the events sent so far.
  /// - Throws: the failure, with the outputs before it.
  func end(
    _ failure: (any Error)? = nil, again: String = "sending again sends them twice"
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

  /// The failure's message; after an interruption, with what becomes of the events sent before it.
  static func message(of failure: any Error, sent count: Int, again: String) -> String {
    failure is CancellationError && count > 0
      ? "interrupted\nthe events sent so far stay in the hub: \(again)" : sentences(for: failure)
  }
}
