import CivilTime
import Columnar
import DeltaLake
import DurableFiles
import Foundation
import Testing

@testable import LocalPipeline

@Suite("The cache of columns")
struct ColumnCacheTests {
  /// A table of two files, each with 100 rows of a BIGINT `n` and a BIGINT `m`: 800 bytes a column.
  private static func snapshot(at path: String) throws -> Snapshot {
    let schema = Schema([Field("n", .long), Field("m", .long)])
    let table = try DeltaTable.create(at: path, schema: schema)
    for start in [0, 1_000] as [Int64] {
      let numbers = Array(start..<start + 100)
      try table.append(Table(schema: schema, columns: [Column(.long(numbers)), Column(.long(numbers.map { -$0 }))]))
    }
    return try table.snapshot()
  }

  private static func temporary() -> String { NSTemporaryDirectory() + "columns-" + UUID().uuidString }

  private static func groups(of snapshot: Snapshot) throws -> [Snapshot.RowGroup] {
    try snapshot.files(where: []).flatMap { try snapshot.rowGroups(of: $0) }
  }

  @Test("gives the columns in the wanted order, the second time without the file")
  func columns() throws {
    let path = Self.temporary()
    defer { try? DurableFiles.remove(path) }
    let snapshot = try Self.snapshot(at: path)
    let groups = try Self.groups(of: snapshot)
    let cache = ColumnCache()
    let first = try groups.map { try cache.columns([1, 0], of: $0, in: snapshot) }
    #expect(first.map(\.schema.names) == [["m", "n"], ["m", "n"]])
    #expect(first[1].row(99) == [.integer(-1_099), .integer(1_099)])
    #expect(cache.byteCount == 4 * 800)
    for group in groups { try DurableFiles.remove(group.path) }
    #expect(try groups.map { try cache.columns([1, 0], of: $0, in: snapshot) } == first)
    #expect(try cache.columns([], of: groups[0], in: snapshot).rowCount == 100)
    #expect(throws: DeltaError.self) { try ColumnCache().columns([0], of: groups[0], in: snapshot) }
  }

  @Test(
    "lets go of the columns that were unused for longest when it is full, and keeps none of more than half its room")
  func limit() throws {
    let path = Self.temporary()
    defer { try? DurableFiles.remove(path) }
    let snapshot = try Self.snapshot(at: path)
    let groups = try Self.groups(of: snapshot)
    let small = ColumnCache(byteLimit: 1_000)
    #expect(try small.columns([0], of: groups[0], in: snapshot).rowCount == 100 && small.byteCount == 0)
    let cache = ColumnCache(byteLimit: 2_000)
    for (group, place) in [(0, 0), (0, 1), (0, 0), (1, 0)] {
      _ = try cache.columns([place], of: groups[group], in: snapshot)
      #expect(cache.byteCount <= 2_000)
    }
    // For the third column of 800 bytes two of three went, until there is room for as much again.
    #expect(cache.byteCount == 800)
    for group in groups { try DurableFiles.remove(group.path) }
    #expect(try cache.columns([0], of: groups[1], in: snapshot).row(0) == [.integer(1_000)])
    #expect(throws: DeltaError.self) { try cache.columns([1], of: groups[0], in: snapshot) }
  }
}
