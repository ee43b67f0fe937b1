import CivilTime
import EventHub
import StreamProcessing
import Wording
import EventFiles
import Rendering

/// Sends the posts that a search finds.
extension SendCommand {
  func search(
    _ query: String, at service: any TweetService, usualLimit: Int, in session: Session
  ) async throws -> [Output] {
    let names = fields?.listedNames ?? []
    try Self.check(names)
    let interval = try Duration(parsing: every ?? "10s")
    // Rate-limit polling of remote servers.
    if interval < .seconds(1), !isLoopback(service.host) {
      throw SendError.pollsTooOften
    }
    // X bills each post that is read, so all of them are sent.
    let most = TweetFeed.mostRead(limit ?? usualLimit, service)
    let report = { @Sendable [events = session.events] (progress: Progress) in events.send(.progress(progress)) }
    let searches = try session.backend.hubs.searches(of: service.name)
    var outputs: [Output] = []
    if service.price > 0 {
      let cost =
        "reading up to \(grouped(most)) posts costs up to \(Self.dollars(most * service.price)) at \(service.name)"
      guard yes else { throw SendError.unconfirmed(cost: cost) }
      outputs.append(.text(cost))
      report(.waiting(cost))
    }
    let hub = try await session.hubForSending()
    let path =
      searches + "/"
      + SearchCursor.name(of: [service.name, service.server, query, hub.name, hub.id])
    let lock = try SearchCursor.lock(path)
    defer { lock.release() }
    var feed = TweetFeed(
      service, query: query, to: hub, limit: most, isRenewed: follow && limit == nil && service.price == 0, path: path,
      restarts: restart, follows: follow, clock: session.clock, tell: { report(.waiting($0)) })
    var sending = try await Sending(to: hub, in: session)
    var failure: (any Error)?
    do {
      while true {
        try await feed.run { tweets in
          var bodies = EventBodies()
          for tweet in tweets { bodies.append(tweet, fields: names) }
          try await sending.send(bodies, posts: tweets.map(\.post))
        }
        guard follow, !feed.isUsedUp else { break }
        let spent = service.price > 0 ? " for \(Self.dollars(feed.read * service.price))" : ""
        report(.waiting("\(counted(sending.count, "event")) sent\(spent), searches again every \(interval.written)"))
        try await Task.sleep(for: interval)
      }
    } catch {
      // Ctrl-C ends --follow.
      failure = follow && error is CancellationError ? nil : error
    }
    let account = account(of: feed)
    do { return outputs + (try sending.end(failure, again: "sending again resumes after them")) + account } catch let
      failed as CellFailure
    {
      throw CellFailure(outputs: outputs + failed.outputs + account, failure: failed.failure)
    }
  }

  /// What a search read, left out, and cost.
  private func account(of feed: TweetFeed) -> [Output] {
    var outputs: [Output] = []
    if feed.service.price > 0, feed.read > 0 {
      outputs.append(.text("read \(counted(feed.read, "post")): \(Self.dollars(feed.read * feed.service.price))"))
    }
    outputs += Self.outputs(of: feed.leftOut)
    if feed.hasMore { outputs.append(.text("more new posts are available: send again to read them")) }
    if feed.leftOlder {
      outputs.append(
        .text("left out older posts beyond --limit: --restart with a larger --limit sends them"))
    }
    if !feed.notes.isEmpty {
      let notes = feed.notes.prefix(10).map { "  " + $0 } + (feed.notes.count > 10 ? ["  ..."] : [])
      outputs.append(.text((["\(feed.service.name) did not return everything:"] + notes).joined(separator: "\n")))
    }
    return outputs
  }

  /// A tag's name without `#`; nil unless it is one word.
  static func name(ofTag text: String) -> String? {
    let name = text.hasPrefix("#") ? String(text.dropFirst()) : text
    return !name.isEmpty && name.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" } ? name : nil
  }

  /// - Parameter price: in thousandths of a dollar.
  private static func dollars(_ price: Int) -> String {
    let cents = (price + 9) / 10
    return "$\(grouped(cents / 100)).\(cents % 100 < 10 ? "0" : "")\(cents % 100)"
  }
}
