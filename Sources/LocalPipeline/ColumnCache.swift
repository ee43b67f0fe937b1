import Columnar
import DeltaLake

/// The columns of row groups that were read last, up to a number of bytes. Data files never change, so that a column holds
/// for every version of its table.
///
/// Not thread-safe: an actor owns it.
final class ColumnCache {
  private struct Key: Hashable {
    let path: String
    let group: Int
    let column: String
  }

  private struct Entry {
    let column: Column
    let byteCount: Int
    var lastUse: Int
  }

  private let byteLimit: Int
  private var entries: [Key: Entry] = [:]
  private(set) var byteCount = 0
  private var uses = 0

  init(byteLimit: Int = 64 << 20) { self.byteLimit = byteLimit }

  /// Some columns of a row group, by their places in the table's schema.
  ///
  /// - Throws: what reading the file throws.
  func columns(_ places: [Int], of group: Snapshot.RowGroup, in snapshot: Snapshot) throws -> Table {
    let fields = places.map { snapshot.schema.fields[$0] }
    let columns = try zip(places, fields).map { place, field in
      uses += 1
      let key = Key(path: group.path, group: group.number, column: field.name + " " + field.type.name)
      if var entry = entries[key] {
        entry.lastUse = uses
        entries[key] = entry
        return entry.column
      }
      let column = try snapshot.read([place], of: group)[0]
      keep(column, for: key)
      return column
    }
    return Table(schema: Schema(fields), columns: columns, rowCount: group.rowCount)
  }

  private func keep(_ column: Column, for key: Key) {
    let size = column.byteCount
    guard size <= byteLimit / 2 else { return }
    if byteCount + size > byteLimit {
      // Those unused for longest, until there is room for as much again.
      for (old, entry) in entries.sorted(by: { $0.value.lastUse < $1.value.lastUse }) {
        guard byteCount + size > byteLimit / 2 else { break }
        entries[old] = nil
        byteCount -= entry.byteCount
      }
    }
    entries[key] = Entry(column: column, byteCount: size, lastUse: uses)
    byteCount += size
  }
}

extension Column {
  fileprivate var byteCount: Int {
    let marks = validity?.count ?? 0
    return switch values {
    case .boolean(let values): marks + values.count
    case .integer(let values), .date(let values): marks + values.count * 4
    case .long(let values), .timestamp(let values): marks + values.count * 8
    case .double(let values): marks + values.count * 8
    case .decimal(let values, _, _): marks + values.count * 16
    case .string(let texts): marks + texts.bytes.count + texts.count * 8
    }
  }
}
