import CivilTime
package import EventFiles

extension EventFileError: Explained {
  package var remedy: String? {
    switch fault {
    case .empty: "choose a file with rows"
    case .openQuote: "close the field with \", or double the \" at its beginning"
    case .longLine: "split it into lines"
    case .damagedGzip: "get the file again; the part before the damage was sent"
    case .notText(let fault, _): Self.remedy(of: fault)
    case .unmarked(let encoding): "name its encoding: --encoding \(encoding.rawValue)"
    case .noObjects: "put one on each line, or all into an array; end the name of a table in .csv"
    case .noTweetArchive: "send data/tweets.js of an X archive, which has counts of likes"
    case .noTweets: "ask X's API v2 for tweet.fields=created_at,public_metrics"
    case .noEvents(_, _, .time):
      "name the columns of time and number: --time COLUMN --value COLUMN; times are read as \(Timestamp.writtenForms)"
    case .noEvents: "name the columns of time and number: --time COLUMN --value COLUMN"
    case .noHeader: "name them: --columns a,b,…; number them: --no-header; or keep them as names: --header"
    case .otherColumnCount: "name each column once: --columns a,b,…"
    case .noColumn(let role, let usual, _):
      "name it: \(role == .time ? "--time" : "--value") COLUMN"
        + (usual.isEmpty ? "" : "; found without it are \(usual.joined(separator: ", "))")
    case .unknownColumn(_, let header, let closest):
      closest.map { "did you mean '\($0)'?" } ?? "choose one of \(header.joined(separator: ", "))"
    case .ambiguousColumn: "rename them: --header --columns a,b,…"
    case .notCSV: "leave out --columns, --header and --no-header"
    case .hasOwnTypes: "leave out --types and --encoding"
    case .fieldCount, .badObject: "correct that line; nothing was imported"
    case .nested(let column, _): "import it as JSON text: --types '\(column)=STRING'; nothing was imported"
    case .misfit: "correct that line, or choose another type; nothing was imported"
    case .badColumnName(let name, let number):
      "rename it: --rename '\(number)=\(name.isEmpty ? "column\(number)" : Self.usable(name))'"
    case .repeatedColumnName(let name, _, let second): "rename one: --rename \(second)=\(name)2"
    }
  }

  private static func remedy(of fault: TextFault) -> String {
    if fault.isNull { return "remove it, or name the file's encoding: --encoding utf-16le" }
    let known =
      fault.encoding == .utf8
      ? ["latin1", "windows-1252", "utf-16le", "utf-16be"] : TextEncoding.allCases.map(\.rawValue)
    return "name the file's encoding: --encoding \(known.joined(separator: ", "))"
  }

  /// The name with `_` in place of characters that a column's name cannot have.
  private static func usable(_ name: String) -> String {
    String(name.map { $0.isLetter || $0.isNumber ? $0 : "_" })
  }
}

extension TableFileFormat.Unknown: Explained {
  package var remedy: String? { "use .csv, .jsonl or .parquet" }
}

extension HubFile.BadLine: Explained {
  package var remedy: String? { "import a file that hub export wrote; send other files: send --from FILE" }
}

extension SearchCursor.Damaged: Explained {
  package var remedy: String? { "remove it, and send everything again: send … --restart" }
}

extension SearchCursor.Busy: Explained {
  package var remedy: String? { "end it or wait for it; or send something else" }
}

extension TweetServiceError: Explained {
  package var remedy: String? {
    switch fault {
    case .rateLimit: "wait, and send again"
    case .usageCap: "see its usage in the developer portal"
    case .unpaid: "buy credits in the developer portal"
    case .serverError: "try again later"
    case .redirect: "connect to that server"
    case .refused where service != "X": "give a token: connect mastodon \(service) --token env:NAME"
    case .refused(status: 401): "check the app's bearer token in the environment"
    case .refused: "check in the developer portal that the app has access to search"
    case .badRequest: "check the query"
    case .noTagTimelines: "check that the server is Mastodon"
    case .notJSON, .noPage: "try again, or check the server's address"
    case .tooOld: "send again with --restart"
    case .noResponse(let error): (error as any Error as? any Explained)?.remedy
    }
  }
}
