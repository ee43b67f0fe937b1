import DurableFiles

/// The end of a file: its schema, and the positions of each row group's columns.
struct Footer: Sendable {
  struct RowGroup: Sendable {
    let rowCount: Int
    /// The leaves, in the file's order.
    let chunks: [ThriftValue]
  }

  let source: ByteSource
  let elements: [ThriftValue]
  let groups: [RowGroup]
  let rowCount: Int
  /// Whether the file is ours, with checksums over all of it.
  let isSealed: Bool
  /// Whether Spark wrote the file in its calendar from before version 3, Julian before 1582-10-15.
  let isOldCalendar: Bool

  private static let mark = Array("PAR1".utf8)
  private static let encryptedMark = Array("PARE".utf8)

  /// - Parameter name: for errors.
  init(path: String) throws(ParquetError) {
    let size: Int64
    do { size = try DurableFiles.status(of: path).size } catch {
      throw ParquetError(file: path, column: nil, position: nil, kind: .of(error))
    }
    try self.init(.file(path: path, size: Int(size)), name: path)
  }

  init(_ source: ByteSource, name: String) throws(ParquetError) {
    do {
      self.source = source
      guard source.count >= 12 else { throw Fault(position: nil, kind: .notParquet) }
      let beginning = try source.read(0..<4)
      if beginning == Self.encryptedMark { throw Fault(position: nil, kind: .encrypted) }
      guard beginning == Self.mark else { throw Fault(position: nil, kind: .notParquet) }
      let trailer = source.count - 8
      let ending = try source.read(trailer..<source.count)
      if ending.suffix(4) == Self.encryptedMark[...] { throw Fault(position: nil, kind: .encrypted) }
      guard ending.suffix(4) == Self.mark[...] else { throw Fault(position: nil, kind: .notParquet) }
      let length = ending.prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
      guard length <= trailer - 4 else { throw Fault.damaged("a footer of \(length) bytes") }
      let start = trailer - length
      let bytes = try source.read(start..<trailer)
      var reader = CompactReader(bytes, in: 0..<length, base: start)
      let footer = try reader.structure()
      isSealed = try FooterSeal.check(bytes, writer: footer[6]?.text, at: start)
      let notes = Dictionary(
        (footer[5]?.elements ?? []).map { ($0[1]?.text ?? "", $0[2]?.text ?? "") }, uniquingKeysWith: { $1 })
      isOldCalendar =
        notes["org.apache.spark.legacyDateTime"] != nil || notes["org.apache.spark.version"].map { $0 < "3" } ?? false
      guard let elements = footer[2]?.elements, !elements.isEmpty, let rows = footer[3]?.integer, rows >= 0,
        let groups = footer[4]?.elements
      else { throw Fault.damaged("a footer without schema or rows", at: start) }
      self.elements = elements
      var sum: Int64 = 0
      var read: [RowGroup] = []
      for group in groups {
        guard let rows = group[3]?.integer, (0...1 << 28).contains(rows), let chunks = group[1]?.elements else {
          throw Fault.damaged("a row group without its columns", at: start)
        }
        (sum, _) = sum.addingReportingOverflow(rows)
        read.append(RowGroup(rowCount: Int(rows), chunks: chunks))
      }
      guard sum == rows else {
        throw Fault.damaged("\(rows) rows in all, \(sum) in the groups", at: start)
      }
      self.groups = read
      rowCount = Int(rows)
    } catch let fault as Fault {
      throw fault.inside(name)
    } catch {
      throw ParquetError(file: name, column: nil, position: nil, kind: .damaged("\(error)"))
    }
  }
}
