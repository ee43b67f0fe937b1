import BlockingWork
import CCurl
import Dispatch
import Synchronization

/// What a server answered.
package struct HTTPResponse: Hashable, Sendable {
  package let status: Int
  /// By their names in small letters.
  package let headers: [String: String]
  package let body: [UInt8]
}

/// An exchange without an answer.
package struct HTTPError: Error, Hashable, CustomStringConvertible {
  package enum Fault: Hashable, Sendable {
    case badAddress, unknownHost, refused, timedOut, noTLS, cutOff, tooLarge, other
  }

  package let fault: Fault
  /// Host and port, or what stood in their place.
  package let server: String
  let reason: String

  /// Whether it may go better the next time.
  package var isTransient: Bool { [.refused, .timedOut, .cutOff, .other, .unknownHost].contains(fault) }

  /// What is wrong, in one line.
  package var problem: String {
    switch fault {
    case .badAddress: "'\(server)' is no address of a server"
    case .unknownHost: "there is no host '\(server)': its name was not found"
    case .refused: "nobody listens at \(server)"
    case .timedOut: "\(server) does not answer"
    case .noTLS: "no TLS with \(server): \(reason)"
    case .cutOff: "\(server) ended the connection in the middle of its answer"
    case .tooLarge: "\(server) answered with more than \(HTTPClient.largestBody >> 20) MB"
    case .other: "\(server) could not be asked: \(reason)"
    }
  }

  package var description: String {
    let wayOut =
      switch fault {
      case .badAddress: "write https://HOST"
      case .unknownHost: "check the name, and that this machine is online"
      case .refused, .timedOut: "check host and port, and that this machine is online"
      case .noTLS: "check the address, and this machine's certificates"
      case .cutOff, .other: "try again"
      case .tooLarge: "check the address"
      }
    return "\(problem)\n\(wayOut)"
  }
}

/// Asks servers over HTTP, through libcurl, which is the only one to touch the network.
package enum HTTPClient {
  /// Bytes; far more than a page of any service that is asked.
  static let largestBody = 16 << 20
  /// Seconds: for a connection, and then until the next bytes come.
  private static let patience = 20

  /// Sends a GET.
  ///
  /// - Parameter headers: names and values; values may be secrets and are never shown.
  /// - Throws: ``HTTPError``; `CancellationError` as soon as the task is cancelled.
  package static func get(_ address: String, headers: [String: String] = [:]) async throws -> HTTPResponse {
    // libcurl looks now and then whether it should stop, but not while it looks up a name.
    try await abandoning {
      let exchange = Exchange()
      return try await withTaskCancellationHandler {
        try await withCheckedContinuation { continuation in
          // It waits in C, where no task should.
          DispatchQueue.global().async { continuation.resume(returning: exchange.run(address, headers)) }
        }.get()
      } onCancel: {
        exchange.isStopped.store(true, ordering: .relaxed)
      }
    }
  }

  /// `host:port` of an address, or all of it.
  private static func server(of address: String) -> String {
    guard let scheme = address.firstRange(of: "://") else { return address }
    return String(address[scheme.upperBound...].prefix { !"/?#".contains($0) })
  }

  /// One question and its answer, between the task that waits and the thread that asks.
  private final class Exchange: Sendable {
    let isStopped = Atomic(false)

    func run(_ address: String, _ headers: [String: String]) -> Result<HTTPResponse, HTTPError> {
      var answer = Answer(isStopped: { [self] in isStopped.load(ordering: .relaxed) })
      let lines = headers.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
      var (status, reason) = (0, [CChar](repeating: 0, count: 256))
      let end = withUnsafeMutablePointer(to: &answer) { answer in
        withCStrings(lines) { lines in
          http_get(
            address, lines, headers.count, HTTPClient.patience, Self.listener(answer), &status, &reason,
            reason.count)
        }
      }
      if end == http_answered {
        return .success(HTTPResponse(status: status, headers: answer.headers, body: answer.body))
      }
      let said = String(decoding: reason.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      return .failure(HTTPError(fault: Self.faults[end.rawValue] ?? .other, server: server(of: address), reason: said))
    }

    private struct Answer {
      let isStopped: () -> Bool
      var headers: [String: String] = [:]
      var body: [UInt8] = []
    }

    private static func listener(_ answer: UnsafeMutablePointer<Answer>) -> http_listener {
      http_listener(
        context: answer,
        head: { context, bytes, count in
          guard let answer = context?.assumingMemoryBound(to: Answer.self), let bytes else { return }
          let line = String(decoding: UnsafeRawBufferPointer(start: bytes, count: count), as: UTF8.self)
          if line.hasPrefix("HTTP/") { answer.pointee.headers = [:] }
          guard let colon = line.firstIndex(of: ":") else { return }
          let value = line[line.index(after: colon)...].drop { $0.isWhitespace }
          answer.pointee.headers[line[..<colon].lowercased()] = String(value.prefix { !$0.isNewline })
        },
        body: { context, bytes, count in
          guard let answer = context?.assumingMemoryBound(to: Answer.self), let bytes else { return 1 }
          guard answer.pointee.body.count + count <= HTTPClient.largestBody else { return 1 }
          answer.pointee.body.append(contentsOf: UnsafeRawBufferPointer(start: bytes, count: count))
          return 0
        },
        stops: { context in
          context?.assumingMemoryBound(to: Answer.self).pointee.isStopped() == true ? 1 : 0
        })
    }

    private static let faults: [UInt32: HTTPError.Fault] = [
      http_bad_address.rawValue: .badAddress, http_unknown_host.rawValue: .unknownHost,
      http_refused.rawValue: .refused, http_timed_out.rawValue: .timedOut, http_no_tls.rawValue: .noTLS,
      http_cut_off.rawValue: .cutOff, http_too_large.rawValue: .tooLarge,
    ]

    /// The texts as C has them, while the body runs.
    private func withCStrings<Answer>(
      _ texts: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>?) -> Answer
    ) -> Answer {
      var pointers: [UnsafePointer<CChar>?] = []
      func next(_ index: Int) -> Answer {
        guard index < texts.count else { return pointers.withUnsafeBufferPointer { body($0.baseAddress) } }
        return texts[index].withCString { text in
          pointers.append(text)
          return next(index + 1)
        }
      }
      return next(0)
    }
  }
}
