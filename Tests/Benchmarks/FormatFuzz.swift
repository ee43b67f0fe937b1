import CivilTime
import Columnar
import DeltaLake
import DurableFiles
import Foundation
import JSONText
import Parquet

/// `benchmarks fuzz formats COUNT [SEED]`: reads Parquet files and Delta commits that were damaged in a few places. What is
/// read may be anything or refused; a crash or a hang shows by itself, and the last number printed says where.
enum FormatFuzz {
  static func run(count: Int, seed: UInt64) throws {
    let files = try seeds()
    let folder = NSTemporaryDirectory() + "fuzz-" + UUID().uuidString
    defer { try? DurableFiles.remove(folder) }
    var refused = 0
    for number in 0..<count {
      var random = Generator(state: seed &+ UInt64(number) &* 0x9E37_79B9_7F4A_7C15)
      if number % 1_000_000 == 0 { print("input \(number)") }
      let seedFile = files[random.below(files.count)]
      let bytes = damaged(seedFile.bytes, &random)
      do {
        switch seedFile.kind {
        case .flat: _ = try ParquetFile(bytes: bytes, name: "input").read()
        case .records: _ = try ParquetRecords.read(bytes: bytes, name: "input")
        case .log: _ = try DeltaTable.replayed([bytes], name: "input")
        }
      } catch {
        refused += 1
      }
    }
    print("\(count) damaged files and logs: \(refused) refused, the others read, no crash")
  }

  private enum Kind { case flat, records, log }

  private static func damaged(_ bytes: [UInt8], _ random: inout Generator) -> [UInt8] {
    var bytes = bytes
    for _ in 0...random.below(4) where !bytes.isEmpty {
      // Metadata stands at the end, and is where most can go wrong.
      let place = random.below(2) == 0 ? random.below(bytes.count) : max(0, bytes.count - 1 - random.below(400))
      switch random.below(6) {
      case 0: bytes[place] = UInt8(random.below(256))
      case 1: bytes[place] ^= 1 << UInt8(random.below(8))
      case 2: bytes[place] = [0, 0xFF, 0x7F, 0x80, 1][random.below(5)]
      case 3: bytes.remove(at: place)
      case 4: bytes.insert(UInt8(random.below(256)), at: place)
      default: bytes.removeLast(random.below(min(bytes.count, 8)))
      }
    }
    return bytes
  }

  private static func seeds() throws -> [(kind: Kind, bytes: [UInt8])] {
    let schema = Schema([
      Field("t", .timestamp), Field("x", .double), Field("s", .string), Field("n", .integer), Field("b", .boolean),
      Field("d", .decimal(precision: 20, scale: 2)), Field("day", .date), Field("l", .long, isNullable: false),
    ])
    var rows: [[Value]] = []
    for index in 0..<9 {
      let number = Value.integer(Int64(index))
      if index % 4 == 3 {
        rows.append([.null, .null, .null, .null, .null, .null, .null, number])
        continue
      }
      let time = Value.timestamp(Timestamp(seconds: Int64(index) * 3_600))
      let decimal = Value.decimal(DecimalNumber(digits: Int128(index) * 12_345, scale: 2))
      let day = Value.date(CivilDate(daysSinceEpoch: index))
      rows.append([
        time, .double(Double(index) / 3), .string("text \(index % 2)"), number, .boolean(index % 2 == 0), decimal, day,
        number,
      ])
    }
    let table = try Table(schema: schema, rows: rows)
    var seeds: [(Kind, [UInt8])] = []
    for codec in ParquetCodec.allCases {
      seeds.append((.flat, try ParquetWriter.encode(table, codec: codec, rowsPerGroup: 5)))
      let shape: [ParquetRecords.Member] = [
        .init("add", .structure([.init("path", .string), .init("values", .map), .init("size", .long)])),
        .init("features", .list(.string)),
      ]
      let records: [JSON] = [
        ["add": ["path": "a", "values": ["k": "v", "n": nil], "size": 1]], ["features": ["a", "b"]], [:],
        ["features": []],
      ]
      seeds.append((.records, ParquetRecords.encode(records, as: shape, codec: codec)))
    }
    let log = """
      {"commitInfo":{"timestamp":1,"operation":"WRITE"}}
      {"protocol":{"minReaderVersion":1,"minWriterVersion":2}}
      {"metaData":{"id":"x","format":{"provider":"parquet","options":{}},"schemaString":"{\\"type\\":\\"struct\\",\\"fields\\":[{\\"name\\":\\"n\\",\\"type\\":\\"decimal(10,2)\\",\\"nullable\\":true,\\"metadata\\":{}}]}","partitionColumns":["n"],"configuration":{"a":"b"}}}
      {"txn":{"appId":"q","version":7}}
      {"add":{"path":"n=1/a%20b.parquet","partitionValues":{"n":"1.50"},"size":10,"modificationTime":1,"dataChange":true,"stats":"{\\"numRecords\\":1,\\"minValues\\":{\\"n\\":1.5},\\"maxValues\\":{\\"n\\":1.5},\\"nullCount\\":{\\"n\\":0}}"}}
      {"remove":{"path":"gone.parquet","deletionTimestamp":1,"dataChange":true}}

      """
    seeds += [(.log, Array(log.utf8)), (.log, Array(log.utf8))]
    return seeds.map { (kind: $0.0, bytes: $0.1) }
  }
}
