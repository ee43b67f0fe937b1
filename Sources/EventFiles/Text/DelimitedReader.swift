import CivilTime

/// Reads a CSV file (RFC 4180; `,`, `;` or tab): its columns' names, then the fields of row after row.
package struct DelimitedReader {
  /// What a file does not tell about itself.
  package struct Options: Sendable {
    /// Nil takes it from the byte-order mark (default: UTF-8).
    package var encoding: TextEncoding?
    /// Whether the first line names the columns; nil decides by the values.
    package var hasHeader: Bool?
    /// Names in place of the header's, or for a file without one.
    package var columns: [String]?

    /// Options for any text file; nil is as above.
    package init(encoding: TextEncoding? = nil, hasHeader: Bool? = nil, columns: [String]? = nil) {
      self.encoding = encoding
      self.hasHeader = hasHeader
      self.columns = columns
    }
  }

  /// The columns' names without blanks around them, unless quoted. An unnamed column is called `index` if it is the first, else
  /// `column` with its number.
  private(set) var names: [String]
  /// Notes about the names, for people.
  private(set) var notes: [String] = []
  /// Whether the first line names the columns.
  let hasHeader: Bool
  private let reader: RecordReader
  private let delimiter: UInt8
  /// Whether blanks follow the header's delimiters; then blanks around values are left out too.
  private let trims: Bool

  var line: Int { reader.line }
  var share: Double? { reader.share }

  /// - Throws: `FileError`, ``EventFileError``.
  init(_ reader: RecordReader, _ options: Options = Options()) throws {
    self.reader = reader
    reader.form = .record
    let (first, second) = try reader.lookAhead {
      (try reader.next().map(Array.init), try reader.next().map(Array.init))
    }
    guard let first else { throw EventFileError(path: reader.name, fault: .empty) }
    let delimiter = Self.delimiter(of: first[...])
    self.delimiter = delimiter
    let written = Self.fields(of: first[...], delimiter: delimiter, trims: false)
    trims = written.dropFirst().contains { $0.first == 0x20 }
    reader.delimiters = [delimiter]
    reader.allowsBlanksBeforeQuotes = trims
    let fields = Self.fields(of: first[...], delimiter: delimiter, trims: true)
    let below = second.map { Self.fields(of: $0[...], delimiter: delimiter, trims: true) }
    let isData =
      options.hasHeader.map { !$0 }
      ?? (options.columns == nil ? Self.isData(fields, below) : !Self.isHeader(fields, below))
    hasHeader = !isData
    if isData, options.hasHeader == nil, options.columns == nil {
      throw EventFileError(path: reader.name, fault: .noHeader(String(decoding: first.prefix(60), as: UTF8.self)))
    }
    if let columns = options.columns {
      guard columns.count == fields.count else {
        throw EventFileError(path: reader.name, fault: .otherColumnCount(given: columns.count, found: fields.count))
      }
      names = columns
    } else {
      names = isData ? (1...fields.count).map { "c\($0)" } : fields.map { String(decoding: $0, as: UTF8.self) }
    }
    if hasHeader { _ = try reader.next() }
    if hasHeader, options.hasHeader == nil, options.columns != nil {
      notes.append("line 1 names the columns: --columns names them anew")
    }
    nameTheUnnamed()
    reader.skipsEmptyLines = names.count > 1
  }

  private mutating func nameTheUnnamed() {
    for (index, name) in names.enumerated() where name.isEmpty {
      var new = index == 0 ? "index" : "column\(index + 1)"
      while names.contains(where: { $0.lowercased() == new }) { new += "_" }
      names[index] = new
      notes.append("column \(index + 1) has no name: called \(new)")
    }
  }

  /// The fields of the next row, of any number; nil after the last row.
  func next() throws -> [ArraySlice<UInt8>]? {
    try reader.next().map { Self.fields(of: $0, delimiter: delimiter, trims: trims) }
  }

  // MARK: Headers

  /// Whether the first row has values: some column has a number or a time in it and below it, and none has a text above a number
  /// or a time.
  private static func isData(_ first: [ArraySlice<UInt8>], _ second: [ArraySlice<UInt8>]?) -> Bool {
    guard let second else { return first.allSatisfy { isTyped($0) } }
    let pairs = zip(first, second).filter { !$0.isEmpty && isTyped($1) }
    return !pairs.isEmpty && pairs.allSatisfy { isTyped($0.0) }
  }

  /// Whether the first row certainly has names: some column has a text above a number or a time.
  private static func isHeader(_ first: [ArraySlice<UInt8>], _ second: [ArraySlice<UInt8>]?) -> Bool {
    zip(first, second ?? []).contains { isTyped($1) && !$0.isEmpty && !isTyped($0) }
  }

  private static func isTyped(_ field: ArraySlice<UInt8>) -> Bool {
    DecimalText(field) != nil || Timestamp(iso8601: field) != nil
  }

  /// Comma, semicolon or tab, whichever splits the header into most fields.
  private static func delimiter(of header: ArraySlice<UInt8>) -> UInt8 {
    let candidates = [UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\t")]
    let counts = candidates.map { fields(of: header, delimiter: $0, trims: true).count }
    let most = counts.max() ?? 1
    return zip(candidates, counts).first { $0.1 == most }?.0 ?? candidates[0]
  }

  // MARK: Fields

  /// The fields of a record.
  ///
  /// - Parameter trims: whether blanks around an unquoted field are left out.
  static func fields(of record: ArraySlice<UInt8>, delimiter: UInt8, trims: Bool) -> [ArraySlice<UInt8>] {
    let quote = UInt8(ascii: "\"")
    if !record.contains(quote) {
      let fields = record.split(separator: delimiter, omittingEmptySubsequences: false)
      return trims ? fields.map(\.withoutBlanks) : fields
    }
    var fields: [ArraySlice<UInt8>] = []
    var field: [UInt8] = []
    var (isQuoted, isAtStart, wasQuoted) = (false, true, false)
    func end() {
      fields.append(trims && !wasQuoted ? field[...].withoutBlanks : field[...])
      (field, isAtStart, wasQuoted) = ([], true, false)
    }
    var position = record.startIndex
    while position < record.endIndex {
      let byte = record[position]
      position += 1
      if isQuoted, byte == quote {
        // A doubled quote within quotes means one.
        if position < record.endIndex, record[position] == quote {
          field.append(quote)
          position += 1
        } else {
          isQuoted = false
        }
      } else if byte == quote, isAtStart {
        (isQuoted, wasQuoted, isAtStart) = (true, true, false)
        field = []
      } else if byte == delimiter, !isQuoted {
        end()
      } else if !isQuoted, wasQuoted, trims, byte == 0x20 {
        // Between a closing quote and the delimiter.
      } else {
        field.append(byte)
        isAtStart = isAtStart && trims && byte == 0x20
      }
    }
    end()
    return fields
  }
}

extension ArraySlice<UInt8> {
  /// The bytes without blanks and tabs at both ends.
  var withoutBlanks: ArraySlice<UInt8> {
    let start = drop { $0 == 0x20 || $0 == 0x09 }
    return start.lastIndex { $0 != 0x20 && $0 != 0x09 }.map { start[...$0] } ?? []
  }
}
