package import CivilTime
package import EventHub
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
/// Bytes that are not UTF-8 are Base64 under `body64` and `key64`. An event without key or properties has no such member.
package enum HubFile {
  /// A line that does not hold a hub's event.
  package struct BadLine: Error, Hashable, CustomStringConvertible {
    /// What is wrong with the line.
    package enum Fault: Hashable, Sendable {
      /// The parser's reason.
      case notJSON(String)
      /// Partition or body is missing.
      case notAnEvent
      /// A property that is not a text.
      case property(String)
      /// A member that is not Base64.
      case notBase64(String)
    }

    /// `hub.jsonl, line 3`
    package let location: String
    /// What is wrong with it.
    package let fault: Fault

    /// The problem in one line.
    package var description: String {
      switch fault {
      case .notJSON(let reason): "\(location): invalid JSON: \(reason)"
      case .notAnEvent: "\(location): not an event of a hub, which has a partition and a body"
      case .property(let name): "\(location): the property '\(name)' is not a text"
      case .notBase64(let member): "\(location): \(member) is not Base64"
      }
    }
  }

  /// An event as a line with its line end.
  ///
  /// - Parameter time: when the hub received it.
  package static func line(_ event: Event, partition: Int, offset: Int64, time: Timestamp) -> [UInt8] {
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

  /// Reads an event and the partition that it was in.
  ///
  /// - Parameter location: the file and the line, for the error.
  /// - Throws: ``BadLine``.
  package static func event(_ line: ArraySlice<UInt8>, at location: String) throws -> (event: Event, partition: Int) {
    let json: JSON
    do { json = try JSON(parsing: line) } catch { throw BadLine(location: location, fault: .notJSON("\(error)")) }
    guard let partition = json["partition"]?.integer, partition >= 0, let body = try bytes("body", of: json, location)
    else {
      throw BadLine(location: location, fault: .notAnEvent)
    }
    let members = json["properties"]?.members ?? [:]
    let properties = members.compactMapValues(\.text)
    if let name = members.keys.sorted().first(where: { properties[$0] == nil }) {
      throw BadLine(location: location, fault: .property(name))
    }
    return (
      Event(body: body, key: try bytes("key", of: json, location), properties: properties), Int(clamping: partition)
    )
  }

  private static func bytes(_ name: String, of json: JSON, _ location: String) throws(BadLine) -> [UInt8]? {
    if let text = json[name]?.text { return Array(text.utf8) }
    guard let text = json[name + "64"]?.text else { return nil }
    guard let data = Data(base64Encoded: text) else {
      throw BadLine(location: location, fault: .notBase64(name + "64"))
    }
    return Array(data)
  }
}
