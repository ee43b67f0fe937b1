import CivilTime
package import EventHub
import HTTPClient
import JSONText
import Wording

/// A service that finds posts, newest first, page by page.
package protocol TweetService: Sendable {
  /// The service's name for people.
  var name: String { get }
  /// Its address, `https://host`.
  var server: String { get }
  /// The token, which no text may show; nil asks without one.
  var secret: Secret? { get }
  /// The price of reading a post, in thousandths of a dollar.
  var price: Int { get }
  /// A post that passes on another's.
  var reshare: LeftOut.Part { get }
  /// The number of posts that a page may have.
  var pageSizes: ClosedRange<Int> { get }

  /// Asks for a page.
  ///
  /// - Parameters:
  ///   - query: a search, or a tag without `#`.
  ///   - after: only posts that are newer than the one with this identifier.
  ///   - before: only posts that are older than the one with this identifier.
  ///   - cursor: the previous page's; the other parameters are then the same as there.
  ///   - size: within ``pageSizes``.
  /// - Throws: ``TweetServiceError``, `CancellationError`.
  func page(of query: String, after: String?, before: String?, cursor: String?, size: Int) async throws -> TweetPage
}

/// A page of posts, newest first.
package struct TweetPage: Hashable, Sendable {
  var entries: [Tweet.Entry] = []
  /// The number of posts that the service gave and bills.
  var read = 0
  /// The entries' identifiers.
  var ids: [String] = []
  /// Leads to the next page; nil on the last.
  var cursor: String?
  /// The service's partial errors.
  var notes: [String] = []
}

/// Whether a host, with or without a port, is this machine.
package func isLoopback(_ host: String) -> Bool { ["localhost", "127.0.0.1"].contains(host.prefix { $0 != ":" }) }

extension TweetService {
  /// The server's host, with its port if the address has one.
  package var host: String { server.split(separator: "/").last.map(String.init) ?? server }

  /// Asks for JSON.
  ///
  /// - Parameter query: names and values, not yet encoded; nil values are left out.
  func ask(_ path: String, _ query: KeyValuePairs<String, String?>) async throws -> HTTPResponse {
    let pairs = query.compactMap { name, value in value.map { "\(name)=\(Self.escaped($0))" } }
    var headers = ["Accept": "application/json"]
    if let secret { headers["Authorization"] = "Bearer \(secret.value)" }
    do {
      return try await HTTPClient.get("\(server)\(path)?\(pairs.joined(separator: "&"))", headers: headers)
    } catch let error as HTTPError {
      throw TweetServiceError(self, .noResponse(error))
    }
  }

  /// The error that the response's status means; nil for success.
  ///
  /// - Parameter reset: when the rate limit ends, by the response's headers.
  func failure(_ response: HTTPResponse, reset: Timestamp?) -> TweetServiceError? {
    let message = Self.words(of: response.body).map(harmless)
    let fault: TweetServiceError.Fault
    switch response.status {
    case 200: return nil
    case 429 where message?.lowercased().contains("usage cap") == true: fault = .usageCap
    case 429: fault = .rateLimit(until: reset)
    case 500...599: fault = .serverError(status: response.status)
    case 301, 302, 307, 308:
      return TweetServiceError(self, .redirect(to: response.headers["location"].map(harmless)))
    case 402: fault = .unpaid
    case 401, 403: fault = .refused(status: response.status)
    default: fault = .badRequest(status: response.status)
    }
    return TweetServiceError(self, fault, message: message)
  }

  func json(_ response: HTTPResponse) throws(TweetServiceError) -> JSON {
    do { return try JSON(parsing: response.body) } catch {
      throw TweetServiceError(self, .notJSON(harmless("\(error)")))
    }
  }

  /// The service's own message: X has `detail` and `title`, or a list of `errors`; Mastodon has `error`.
  static func words(of body: [UInt8]) -> String? {
    guard let json = try? JSON(parsing: body) else { return nil }
    let errors = json["errors"]?.elements?.first
    let text =
      errors?["message"]?.text ?? errors?["detail"]?.text ?? json["detail"]?.text ?? json["title"]?.text
      ?? json["error"]?.text
    return text.map { String($0.prefix(200)) }
  }

  /// A server's message on one line, without characters that steer a terminal, and without the secret, in case it repeats it.
  func harmless(_ text: String) -> String {
    visible(secret.map { text.replacing($0.value, with: "…") } ?? text, lineEnd: " ")
  }

  /// Percent-encoded for an address (RFC 3986: all but the unreserved characters).
  static func escaped(_ text: String) -> String {
    text.utf8.map { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "~"):
        String(UnicodeScalar(byte))
      default: "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
      }
    }.joined()
  }
}
