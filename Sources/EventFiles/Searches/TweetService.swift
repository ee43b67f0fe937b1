package import CivilTime
package import EventHub
package import HTTPClient
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

/// A service's refusal or failure.
package struct TweetServiceError: Error, Hashable, CustomStringConvertible {
  package enum Fault: Hashable, Sendable {
    /// Ask again at this time; nil if the service gives none.
    case rateLimit(until: Timestamp?)
    /// Another attempt may succeed.
    case passing
    /// Another attempt would fail too.
    case lasting
    /// The posts that bound the search are too old for the service.
    case tooOld
  }

  package let fault: Fault
  /// What happened, in one line.
  package let problem: String
  /// What the service advises; nil if no answer came.
  package let advice: String?
  /// Why no answer came; nil if the service answered.
  package let cause: HTTPError?

  /// The problem, in one line.
  package var description: String { problem }

  init(_ fault: Fault, _ problem: String, _ advice: String) {
    (self.fault, self.problem, self.advice, cause) = (fault, problem, advice, nil)
  }

  init(_ error: HTTPError) {
    (fault, problem, advice, cause) = (error.isTransient ? .passing : .lasting, error.description, nil, error)
  }
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
      throw TweetServiceError(error)
    }
  }

  /// The error that the response's status means; nil for success.
  ///
  /// - Parameters:
  ///   - reset: when the rate limit ends, by the response's headers.
  ///   - refused: the remedy if the service refuses the token.
  func failure(_ response: HTTPResponse, reset: Timestamp?, refused: String) -> TweetServiceError? {
    let said = Self.words(of: response.body).map { ": \(harmless($0))" } ?? ""
    switch response.status {
    case 200: return nil
    case 429 where said.lowercased().contains("usage cap"):
      return TweetServiceError(
        .lasting, "\(host) gives no more posts to this app\(said)", "see its usage in the developer portal")
    case 429:
      return TweetServiceError(
        .rateLimit(until: reset), "\(host) wants no more questions for now\(said)", "wait, and send again")
    case 500...599:
      return TweetServiceError(
        .passing, "\(host) has an error of its own (\(response.status))\(said)", "try again later")
    case 301, 302, 307, 308:
      let address = response.headers["location"].map(harmless) ?? "another address"
      return TweetServiceError(.lasting, "\(host) redirects to \(address)", "connect to that server")
    case 402:
      return TweetServiceError(.lasting, "\(host) wants to be paid (402)\(said)", "buy credits in the developer portal")
    case 401, 403: return TweetServiceError(.lasting, "\(host) refused (\(response.status))\(said)", refused)
    default:
      return TweetServiceError(
        .lasting, "\(host) did not take the question (\(response.status))\(said)", "check the query")
    }
  }

  func json(_ response: HTTPResponse) throws(TweetServiceError) -> JSON {
    do { return try JSON(parsing: response.body) } catch {
      throw TweetServiceError(
        .passing, "\(host) answered with what is no JSON: \(harmless("\(error)"))",
        "try again, or check the server's address")
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
