/// Why a hub, a server or a detector cannot be connected.
enum ConnectError: Explained, Hashable {
  case unknownDetector(String)
  /// A token that is typed would stand in notebooks and in the history.
  case typedToken
  /// The value of an environment variable, which the error must not show.
  case notATarget(variable: String)
  case badServer(String)
  /// An address without TLS, on another machine.
  case unencrypted(server: String)
  /// Host and port without a scheme.
  case addressWithoutScheme(String)
  case uselessOption(String, target: String)

  var problem: String {
    switch self {
    case .unknownDetector(let name): "unknown detector '\(name)': servers are not supported yet"
    case .typedToken: "connect twitter: a typed token can be read by others"
    case .notATarget(let variable):
      "\(variable) holds neither a connection string, nor an address, nor the name of a hub that exists"
    case .badServer(let text): "connect: invalid server '\(text)'"
    case .unencrypted: "connect: http can be read by others on the way"
    case .addressWithoutScheme(let target): "connect: invalid folder '\(target)'"
    case .uselessOption(let option, let target): "connect: \(option) does not apply to \(target)"
    }
  }

  var remedy: String? {
    switch self {
    case .unknownDetector: "use the built-in detector: connect detector built-in"
    case .typedToken: "put it into the environment and write env:NAME"
    case .notATarget: "set it to Endpoint=sb://… or kafka://HOST:PORT/TOPIC"
    case .badServer: "write mastodon.social, or https://HOST"
    case .unencrypted(let server): "write https://\(server)"
    case .addressWithoutScheme(let target): "did you mean 'kafka://\(target)'?"
    case .uselessOption: "leave it out, or try: help connect"
    }
  }

  var wordAtFault: String? {
    switch self {
    case .unknownDetector(let word), .addressWithoutScheme(let word), .uselessOption(let word, _): word
    case .typedToken, .notATarget, .badServer, .unencrypted: nil
    }
  }
}

/// Why `send` or `hub` does not begin.
enum SendError: Explained, Hashable {
  case pollsTooOften
  /// A search that costs money, which the user has not confirmed; what it may cost.
  case unconfirmed(cost: String)
  /// Options for CSV files, with a file of JSON.
  case optionsOfCSV(file: String)
  /// `--fields`, with a file of other JSON objects than tweets.
  case fieldsOfTweets(file: String)

  var problem: String {
    switch self {
    case .pollsTooOften: "send: --every takes 1s or more"
    case .unconfirmed(let cost): cost
    case .optionsOfCSV(let file): "send: --columns, --header and --no-header are for CSV files; \(file) has JSON"
    case .fieldsOfTweets(let file): "send: --fields is for tweets and CSV files; \(file) has other JSON objects"
    }
  }

  var remedy: String? {
    switch self {
    case .pollsTooOften: "choose a longer time: other people use the server, too"
    case .unconfirmed: "confirm the cost: --yes; or read fewer: --limit N"
    case .optionsOfCSV: "leave them out"
    case .fieldsOfTweets: "name the time and the number: --time MEMBER --value MEMBER"
    }
  }
}

/// A service that no cell has connected.
enum NotConnected: Explained, Hashable {
  case twitter, mastodon

  var problem: String {
    switch self {
    case .twitter: "X is not connected"
    case .mastodon: "a Mastodon server is not connected"
    }
  }

  var remedy: String? {
    switch self {
    case .twitter: "connect it: connect twitter env:X_BEARER_TOKEN"
    case .mastodon: "connect one: connect mastodon mastodon.social"
    }
  }
}
