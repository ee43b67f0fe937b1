import BlockingWork
import CCurl
import Dispatch
import Synchronization

/// A server's answer.
package struct HTTPResponse: Hashable, Sendable {
  /// The status code: 200, 404.
  package let status: Int
  /// By their names in lower case.
  package let headers: [String: String]
  /// At most ``HTTPClient/largestBody`` bytes.
  package let body: [UInt8]
}

/// A request that got no answer.
package struct HTTPError: Error, Hashable, CustomStringConvertible {
  /// Why a request got no answer.
  package enum Fault: Hashable, Sendable, CaseIterable {
    case badAddress, unknownHost, refused, timedOut, noTLS, cutOff, tooLarge, other
  }

  /// Why there is no answer.
  package let fault: Fault
  /// Host and port, or the whole address if it is invalid.
  package let server: String
  /// libcurl's words.
  package let reason: String

  /// A fault at a server.
  package init(_ fault: Fault, server: String, reason: String = "") {
    (self.fault, self.server, self.reason) = (fault, server, reason)
  }

  /// Whether a retry may succeed.
  package var isTransient: Bool { [.refused, .timedOut, .cutOff, .other, .unknownHost].contains(fault) }

  /// The problem, in one line.
  package var description: String {
    switch fault {
    case .badAddress: "invalid server address '\(server)'"
    case .unknownHost: "unknown host '\(server)'"
    case .refused: "connection refused by \(server)"
    case .timedOut: "\(server) does not answer"
    case .noTLS: "TLS with \(server) failed: \(reason)"
    case .cutOff: "\(server) closed the connection in the middle of its answer"
    case .tooLarge: "\(server) answered with more than \(HTTPClient.largestBody >> 20) MB"
    case .other: "the request to \(server) failed: \(reason)"
    }
  }
}

/// Sends requests over HTTP, through libcurl.
package enum HTTPClient {
  /// In bytes; far more than a page of any service.
  static let largestBody = 16 << 20
  /// In seconds: for the connection, and then between bytes.
  private static let patience = 20

  /// Sends a GET.
  ///
  /// - Parameter headers: names and values; values may be secrets and are never shown.
  /// - Throws: ``HTTPError``; `CancellationError` as soon as the task is cancelled.
  package static func get(_ address: String, headers: [String: String] = [:]) async throws -> HTTPResponse {
    // libcurl polls for cancellation, but not while it resolves a name.
    try await abandoning {
      let exchange = Exchange()
      return try await withTaskCancellationHandler {
        try await withCheckedContinuation { continuation in
          // libcurl blocks its thread.
          DispatchQueue.global().async { continuation.resume(returning: exchange.run(address, headers)) }
        }.get()
      } onCancel: {
        exchange.isStopped.store(true, ordering: .relaxed)
      }
    }
  }

  /// `host:port` of an address; the whole text if it has no scheme.
  private static func server(of address: String) -> String {
    guard let scheme = address.firstRange(of: "://") else { return address }
    return String(address[scheme.upperBound...].prefix { !"/?#".contains($0) })
  }

  /// One request and its answer, shared by the task that waits and the thread that asks.
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
      return .failure(HTTPError(Self.faults[end.rawValue] ?? .other, server: server(of: address), reason: said))
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

    /// The texts as C strings, valid while the body runs.
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
