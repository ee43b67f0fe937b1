/// A file of events, in the format that its name and its content tell.
///
/// A new format is a source (``BodySource``), and a case here.
package struct EventFile {
  /// How a file holds events.
  package enum Format: Hashable, Sendable {
    /// Rows of CSV.
    case rows
    /// Tweets as JSON.
    case tweets
    /// JSON objects with a time and a number that the caller names.
    case members
    /// JSON objects that are events as they are.
    case objects
  }

  /// What the caller says about a file.
  package struct Options: Sendable {
    /// For text files.
    package var text: DelimitedReader.Options
    /// The column or the member of the time; nil finds it.
    package var time: String?
    /// The column or the member of the number; nil finds it.
    package var value: String?
    /// Further columns, members or ``Tweet/fieldNames`` to add to each event.
    package var fields: [String]

    /// Options for a file of any format.
    package init(
      text: DelimitedReader.Options = .init(), time: String? = nil, value: String? = nil, fields: [String] = []
    ) {
      (self.text, self.time, self.value, self.fields) = (text, time, value, fields)
    }
  }

  /// The file's format.
  package let format: Format
  /// The path, or "standard input".
  package var name: String { reader.name }
  private let reader: RecordReader
  private let options: Options

  /// Opens a file, and looks at its beginning.
  ///
  /// - Parameter path: `-` reads standard input.
  /// - Throws: `FileError`, ``EventFileError``.
  package init(_ path: String, _ options: Options) throws {
    // One reader for the look and for the source, since a pipe cannot be read twice.
    reader = try RecordReader(path, .record, encoding: options.text.encoding)
    self.options = options
    if try Self.isDelimited(path, reader) {
      format = .rows
    } else if options.time != nil || options.value != nil {
      format = .members
    } else {
      format = try TweetFileSource.finds(tweetsIn: reader) ? .tweets : .objects
    }
  }

  /// The file's events. Only one source can be read.
  ///
  /// - Throws: `FileError`; ``EventFileError`` for a file without columns or objects that make events.
  package func source() throws -> any BodySource {
    switch format {
    case .rows:
      return try DelimitedFileSource(
        reader, options.text, time: options.time, value: options.value, fields: options.fields)
    case .tweets: return TweetFileSource(reader.name, reader: reader, fields: options.fields)
    case .members:
      reader.form = try Self.objects(in: reader)
      return JSONFieldSource(reader, time: options.time, value: options.value, fields: options.fields)
    case .objects:
      reader.form = try Self.objects(in: reader)
      return JSONLinesSource(reader: reader)
    }
  }

  /// How a file of JSON objects is cut into them.
  private static func objects(in reader: RecordReader) throws -> RecordReader.Form {
    if let form = try JSONLinesSource.form(of: reader) { return form }
    // Files of an X archive begin with window.YTD or Grailbird.data.
    let isArchive = try reader.firstByte().map { $0 == UInt8(ascii: "w") || $0 == UInt8(ascii: "G") } ?? false
    throw EventFileError(path: reader.name, fault: isArchive ? .noTweetArchive : .noObjects)
  }

  /// Whether the file is a table, by its name, else by its first character.
  private static func isDelimited(_ path: String, _ reader: RecordReader) throws -> Bool {
    var parts = path.lowercased().split(separator: ".").map(String.init)
    if parts.last == "gz" { parts.removeLast() }
    let ending = parts.last ?? ""
    if ["csv", "tsv", "txt"].contains(ending) { return true }
    if ["json", "jsonl", "ndjson", "js"].contains(ending) { return false }
    return try reader.firstByte().map { $0 != UInt8(ascii: "{") && $0 != UInt8(ascii: "[") } ?? true
  }
}
