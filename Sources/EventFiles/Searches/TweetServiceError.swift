package import CivilTime
package import HTTPClient

/// A service's refusal or failure.
package struct TweetServiceError: Error, Hashable, CustomStringConvertible {
  /// What the service answered, or why it did not.
  package enum Fault: Hashable, Sendable {
    /// Too many requests, up to this time; nil if the service gives none.
    case rateLimit(until: Timestamp?)
    /// X gives no more posts to this app.
    case usageCap
    /// X wants to be paid.
    case unpaid
    case serverError(status: Int)
    case redirect(to: String?)
    /// The token is missing, or not allowed to search.
    case refused(status: Int)
    case badRequest(status: Int)
    /// The server is not Mastodon, or does not show tags.
    case noTagTimelines
    /// The parser's reason.
    case notJSON(String)
    /// JSON without a member that each page has.
    case noPage
    /// The posts that bound the search are too old for the service.
    case tooOld
    case noResponse(HTTPError)
  }

  /// What to do after a fault.
  enum Retry: Hashable {
    case never, soon
    /// At this time; nil if unknown.
    case at(Timestamp?)
  }

  /// The service's name, `X` or a Mastodon server's host.
  package let service: String
  /// The host of the server, with its port.
  package let host: String
  /// What went wrong.
  package let fault: Fault
  /// The service's own message, in one line.
  package let message: String?

  init(_ service: some TweetService, _ fault: Fault, message: String? = nil) {
    self.service = service.name
    host = service.host
    self.fault = fault
    self.message = message
  }

  var retry: Retry {
    switch fault {
    case .rateLimit(let time): .at(time)
    case .serverError, .notJSON, .noPage: .soon
    case .noResponse(let error): error.isTransient ? .soon : .never
    case .usageCap, .unpaid, .redirect, .refused, .badRequest, .noTagTimelines, .tooOld: .never
    }
  }

  /// The problem in one line, followed by the service's message.
  package var description: String {
    let problem =
      switch fault {
      case .rateLimit: "\(host) limits requests"
      case .usageCap: "\(host) gives no more posts to this app"
      case .unpaid: "\(host) wants to be paid (402)"
      case .serverError(let status): "\(host) has an error of its own (\(status))"
      case .redirect(let address): "\(host) redirects to \(address ?? "another address")"
      case .refused(let status): "\(host) refused (\(status))"
      case .badRequest(let status): "\(host) did not take the query (\(status))"
      case .noTagTimelines: "\(host) has no timelines of tags (404)"
      case .notJSON(let reason): "\(host) answered with invalid JSON: \(reason)"
      case .noPage: "\(host) answered without a page of posts"
      case .tooOld: "\(service) finds posts of the last seven days only"
      case .noResponse(let error): error.description
      }
    return message.map { "\(problem): \($0)" } ?? problem
  }
}
