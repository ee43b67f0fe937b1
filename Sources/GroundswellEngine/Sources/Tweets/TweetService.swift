import CivilTime
import EventHub
import HTTPClient
import JSONText
import NotebookFormat
import Wording

/// A service that finds posts, newest first, page by page.
protocol TweetService: Sendable {
  /// As people call it.
  var name: String { get }
  /// `https://host`, or where else it is asked.
  var server: String { get }
  /// What it is asked with, which no text may show.
  var secret: Secret? { get }
  /// What reading a post costs, in thousandths of a dollar.
  var price: Int { get }
  /// How many posts a page may have.
  var pageSizes: ClosedRange<Int> { get }

  /// Asks for a page.
  ///
  /// - Parameters:
  ///   - after: only posts that are newer than the one with this identifier.
  ///   - before: only posts that are older.
  ///   - cursor: of the page before; `after` and `before` are the same as there.
  /// - Throws: ``TweetServiceError``, `CancellationError`.
  func page(of query: String, after: String?, before: String?, cursor: String?, size: Int) async throws -> TweetPage
}

/// Posts, newest first.
struct TweetPage: Hashable {
  var entries: [Tweet.Entry] = []
  /// So many the service gave and will bill.
  var read = 0
  /// The identifiers of the entries.
  var ids: [String] = []
  /// Leads to the next page; nil on the last.
  var cursor: String?
  /// What the service could not give.
  var notes: [String] = []
}

/// A service that did not give what was asked.
struct TweetServiceError: Error, Hashable, CustomStringConvertible {
  enum Fault: Hashable {
    /// Ask again at this time; nil where the service does not say when.
    case rateLimit(until: Timestamp?)
    /// It may go better the next time.
    case passing
    case lasting
    /// The service no longer looks at posts as old as those that were named.
    case tooOld
  }

  let fault: Fault
  let problem: String
  let wayOut: String

  var description: String { "\(problem)\n\(wayOut)" }

  init(_ fault: Fault, _ problem: String, _ wayOut: String) {
    self.fault = fault
    self.problem = problem
    self.wayOut = wayOut
  }

  init(_ error: HTTPError) {
    let lines = error.description.split(separator: "\n", maxSplits: 1).map(String.init)
    self.init(error.isTransient ? .passing : .lasting, error.problem, lines.last ?? "")
  }
}

/// Whether a host, with a port or without, is this machine.
func isLoopback(_ host: String) -> Bool { ["localhost", "127.0.0.1"].contains(host.prefix { $0 != ":" }) }

extension TweetService {
  /// Of the server, with a port where one was named.
  var host: String { server.split(separator: "/").last.map(String.init) ?? server }

  /// Asks for JSON.
  ///
  /// - Parameter query: names and values, as they are meant.
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

  /// What a service said that failed, by its status; nil where it did not fail.
  ///
  /// - Parameters:
  ///   - reset: when the limit ends, as the service's headers have it.
  ///   - refused: what a token that is missing or not taken means.
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
      let place = response.headers["location"].map(harmless) ?? "another place"
      return TweetServiceError(.lasting, "\(host) sends us on to \(place)", "connect to that server")
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

  /// A problem's own words: X has `detail` and `title`, or a list of `errors`; Mastodon has `error`.
  static func words(of body: [UInt8]) -> String? {
    guard let json = try? JSON(parsing: body) else { return nil }
    let errors = json["errors"]?.elements?.first
    let text =
      errors?["message"]?.text ?? errors?["detail"]?.text ?? json["detail"]?.text ?? json["title"]?.text
      ?? json["error"]?.text
    return text.map { String($0.prefix(200)) }
  }

  /// A server's words, on one line, without what would steer a terminal, and without the secret, should it repeat that.
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
