import CivilTime
import EventHub
import JSONText

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A hub's events in a file, one JSON object a line:
///
///     {"body":"…","enqueuedTime":"2019-04-24T09:39:40.000Z","key":"…","offset":7,"partition":0,"properties":{"a":"b"}}
///
/// Bytes that are no UTF-8 stand as Base64 under `body64` and `key64`. `key` and `properties` are left out where there are none.
enum HubFile {
  struct BadLine: Error, CustomStringConvertible {
    let place: String
    let problem: String
    var description: String {
      "\(place): \(problem)\nhub export writes such files; of other files of events: send --from FILE"
    }
  }

  static func line(_ event: Event, partition: Int, offset: Int64, time: Timestamp) -> [UInt8] {
    var members: [String: JSON] = [
      "partition": .integer(Int64(partition)), "offset": .integer(offset), "enqueuedTime": .string(time.iso8601()),
    ]
    put(event.body, as: "body", in: &members)
    if let key = event.key { put(key, as: "key", in: &members) }
    if !event.properties.isEmpty { members["properties"] = .object(event.properties.mapValues(JSON.string)) }
    return Array((JSON.object(members).description + "\n").utf8)
  }

  private static func put(_ bytes: [UInt8], as name: String, in members: inout [String: JSON]) {
    if let text = String(validating: bytes, as: UTF8.self) {
      members[name] = .string(text)
    } else {
      members[name + "64"] = .string(Data(bytes).base64EncodedString())
    }
  }

  /// - Parameter place: of the line, for people.
  static func event(_ line: ArraySlice<UInt8>, at place: String) throws -> (event: Event, partition: Int) {
    let json: JSON
    do { json = try JSON(parsing: line) } catch { throw BadLine(place: place, problem: "\(error)") }
    guard let partition = json["partition"]?.integer, partition >= 0, let body = try bytes("body", of: json, place)
    else {
      throw BadLine(place: place, problem: "no event of a hub, which has a partition and a body")
    }
    let members = json["properties"]?.members ?? [:]
    let properties = members.compactMapValues(\.text)
    if let name = members.keys.sorted().first(where: { properties[$0] == nil }) {
      throw BadLine(place: place, problem: "the property '\(name)' is no text")
    }
    return (
      Event(body: body, key: try bytes("key", of: json, place), properties: properties), Int(clamping: partition)
    )
  }

  private static func bytes(_ name: String, of json: JSON, _ place: String) throws(BadLine) -> [UInt8]? {
    if let text = json[name]?.text { return Array(text.utf8) }
    guard let text = json[name + "64"]?.text else { return nil }
    guard let data = Data(base64Encoded: text) else { throw BadLine(place: place, problem: "\(name)64 is no Base64") }
    return Array(data)
  }
}
