import Columnar
import DeltaLake
import DurableFiles
import EventHub
import HTTPClient
import NotebookFormat
import Testing

@testable import GroundswellEngine
@testable import Parquet

/// What the libraries' errors become: their problem, and the remedy in the terms of the cell language.
extension ErrorSentencesTests {
  @Test("of hubs", arguments: hubsRows)
  func hubs(error: any Explained, sentences: String) { check(error, sentences) }

  private static let hubsRows: [(any Explained, String)] = [
    (
      HubError.notAHub(path: "h"),
      "h is not an event hub: it has no hub.json\nname a hub's folder, or create a hub: connect hub NAME"
    ),
    (
      HubError.newerFormat(path: "h", format: 9),
      "the hub h has format 9, which this version does not know\nuse a newer groundswell"
    ),
    (
      HubError.partitionsDiffer(path: "h", wanted: 2, found: 4),
      "the hub h has 4 partitions, not 2\nleave --partitions out: the number is fixed when a hub is created"
    ),
    (HubError.noSuchPartition(7, count: 4), "there is no partition 7\nname a partition from 0 to 3"),
    (
      HubError.noSuchOffset(9, partition: 0, held: 1..<5),
      "partition 0 has no offset 9: it holds 1 to 5\nbegin at start, at end, or at one of these offsets"
    ),
    (
      HubError.locked(path: "h/partition-0", holder: "groundswell (process 4711)"),
      "groundswell (process 4711) is sending to h/partition-0\nend it or wait for it: a partition takes one sender at a time"
    ),
    (HubError.corrupt(path: "h/0.log", byte: 44), "h/0.log is damaged at byte 44\nrestore the file from a copy"),
    (
      HubError.missingSegment(folder: "h/partition-0", offsets: 5..<9),
      "h/partition-0 lacks the file that begins with offset 5: offsets up to 8 are missing\nrestore the file from a copy"
    ),
    (HubError.damagedSettings(path: "h/hub.json"), "h/hub.json is damaged\nrestore the file from a copy"),
    (
      HubError.eventTooLarge(bytes: 9, limit: 8),
      "an event of 9 bytes is too large: the limit is 8\nmake the event smaller"
    ),
    (
      HubError.builtWithoutKafka,
      "this program was built without Kafka, which Event Hubs needs, too\nbuild it with the trait Kafka, or keep events in a folder: connect hub NAME"
    ),
    (
      HubError.notAcknowledged(acknowledged: 3, of: 5, cause: try? broker("_TIMED_OUT").error()),
      "the hub acknowledged 3 of the last 5 events: h:1 does not answer\nlook which of the others arrived: hub"
    ),
    (
      HubError.notAcknowledged(acknowledged: 3, of: 5, cause: nil),
      "the hub acknowledged 3 of the last 5 events: interrupted\nlook which of the others arrived: hub"
    ),
    (
      AddressError.partWithoutValue,
      "the connection string has a part without '='\ncopy it whole from the portal: Shared access policies, Connection string"
    ),
    (
      AddressError.emptyPart("EntityPath"), "the connection string's EntityPath is empty\ncopy it whole from the portal"
    ),
    (
      AddressError.noEndpoint,
      "the connection string has no Endpoint with a host\nbegin it with Endpoint=sb://NAMESPACE.servicebus.windows.net/"
    ),
    (
      AddressError.signature,
      "Event Hubs accepts no SharedAccessSignature on its Kafka endpoint\nuse a connection string with SharedAccessKeyName and SharedAccessKey"
    ),
    (
      AddressError.noKey,
      "the connection string has no SharedAccessKeyName and SharedAccessKey\ncopy it whole from the portal: Shared access policies, Connection string"
    ),
    (
      AddressError.maskedKey,
      "the connection string's key is masked, as notebooks keep it\nput the connection string into the environment and write: connect hub env:NAME"
    ),
    (
      AddressError.otherHub("a", wanted: "b"),
      "the connection string is for the hub a, not b\nleave --hub out, or use the namespace's own string"
    ),
    (AddressError.noHub, "the connection string is for a namespace and names no hub\nadd --hub NAME"),
    (AddressError.unknownScheme("http://h/t"), "invalid address 'http://h/t'\nwrite kafka://HOST:9092/TOPIC"),
    (
      AddressError.passwordInAddress,
      "a password in an address can be read by others\nwrite kafka://HOST:9092/TOPIC --user NAME --password env:NAME"
    ),
    (
      AddressError.noTopic(address: "kafka://h"),
      "'kafka://h' names no topic\nwrite kafka://HOST:9092/TOPIC, or add --hub TOPIC"
    ),
    (
      AddressError.otherTopic("t", wanted: "u", address: "kafka://h/t"),
      "'kafka://h/t' names the topic t, not u\nleave --hub out, or the address's topic"
    ),
    (
      AddressError.badTopic("a b"), "invalid name of a hub or topic 'a b'\nuse at most 249 letters, digits, ., _ and -"
    ),
    (
      AddressError.badServer("h:0", address: "kafka://h:0/t"),
      "invalid host and port 'h:0' in 'kafka://h:0/t'\nwrite kafka://HOST:9092/TOPIC"
    ),
    (
      AddressError.missingPassword(.saslSSL),
      "sasl-ssl needs a user and a password\nadd --user NAME --password env:NAME"
    ),
    (
      AddressError.uselessPassword(.ssl),
      "ssl sends neither user nor password\nuse --security sasl-ssl or sasl-plaintext, or leave --user and --password out"
    ),
    (
      AddressError.uselessCertificates(.plaintext),
      "plaintext has no TLS, so certificates have no effect\nadd --security ssl, or leave --ca-file out"
    ),
  ]

  @Test("of brokers", arguments: brokersRows)
  func brokers(broker: Broker, sentences: String) throws { check(try broker.error(), sentences) }

  /// The problems stand in EventHub's own tests; here each kind has its remedy.
  static let brokersRows: [(Broker, String)] = [
    (broker("_RESOLVE"), "unknown host 'h'\ncheck the name, and that this machine is online"),
    (
      broker("_RESOLVE", service: true),
      "unknown host 'c.example'\ncheck the namespace in the Endpoint, and that this machine is online"
    ),
    (
      broker("_RESOLVE", "b.internal:9092/1: no such host"),
      "the broker at h:1 calls itself b.internal:9092, which cannot be reached: no such host\nset the broker's advertised.listeners to a name that this machine can reach"
    ),
    (
      broker("_BAD_MSG", "Invalid response size 1213486160"), "h:1 does not speak Kafka's protocol\ncheck host and port"
    ),
    (broker("_TRANSPORT", "Connection refused"), "connection refused by h:1\nstart the broker, or check host and port"),
    (
      broker("_TRANSPORT", "Connection refused", service: true),
      "connection refused by c.example:9093\ncheck the namespace, and that a firewall lets port 9093 through"
    ),
    (
      broker("_TRANSPORT", "Disconnected"),
      "h:1 closed the connection as soon as it began\ntry another --security: plaintext, ssl, sasl-plaintext, sasl-ssl"
    ),
    (
      broker("_TRANSPORT", "Disconnected", service: true),
      "c.example:9093 closed the connection as soon as it began\ncheck that the namespace's firewall lets this machine in: Networking in the portal"
    ),
    (broker("_TIMED_OUT"), "h:1 does not answer\ncheck host, port and firewall, and that the broker runs"),
    (
      broker("_SSL", "unexpected eof"),
      "h:1 closed the connection before TLS began\nif the port has no TLS: --security plaintext or sasl-plaintext"
    ),
    (
      broker("_SSL", "unexpected eof", service: true),
      "c.example:9093 closed the connection before TLS began\ncheck that the namespace's firewall lets this machine in; an emulator's string needs UseDevelopmentEmulator=true"
    ),
    (
      broker("_SSL", "wrong version number"),
      "h:1 does not speak TLS\nuse its port for TLS, or --security plaintext or sasl-plaintext"
    ),
    (
      broker("_SSL", "wrong version number", service: true),
      "c.example:9093 does not speak TLS\nif it is an emulator, add UseDevelopmentEmulator=true to the connection string"
    ),
    (
      broker("_SSL", "certificate verify failed"),
      "the certificate of h:1 is not trusted, or belongs to another host\nuse the name in the certificate; if you trust its authority: --ca-file FILE"
    ),
    (
      broker("_SSL", "ssl.ca.location failed"),
      "TLS with h:1 failed: ssl.ca.location failed\ncheck the port, and the certificates: --ca-file FILE"
    ),
    (
      broker("_AUTHENTICATION", "Invalid password"),
      "h:1 refused the user 'ann' or the password: Invalid password\ncheck --user and --password"
    ),
    (
      broker("_AUTHENTICATION", "Invalid key", service: true),
      "c.example refused the connection string's key: Invalid key\ncopy the connection string anew from the portal: Shared access policies"
    ),
    (
      broker("UNSUPPORTED_SASL_MECHANISM", "SCRAM only"),
      "h:1 does not offer SASL PLAIN: SCRAM only\nenable SASL PLAIN at the broker, or use --security ssl or plaintext"
    ),
    (
      broker("CLUSTER_AUTHORIZATION_FAILED", "no"),
      "h:1 does not let the user 'ann' do this: no\nask its administrator for the right"
    ),
    (
      broker("TOPIC_AUTHORIZATION_FAILED"),
      "h:1 does not let the user 'ann' use the topic 't'\nask its administrator for Describe, Read and Write on the topic"
    ),
    (
      broker("TOPIC_AUTHORIZATION_FAILED", service: true),
      "c.example does not let this key use the hub 't' over Kafka\ngive the key's policy Listen and Send; a namespace of the Basic tier has no Kafka endpoint: take Standard"
    ),
    (broker("_UNKNOWN_TOPIC"), "there is no topic 't' at h:1\ncreate it: connect hub … --partitions N"),
    (
      broker("_UNKNOWN_TOPIC", service: true, topics: ["a", "b", "c", "d", "e", "f"]),
      "there is no hub 't' at c.example:9093\nthere are a, b, c, d, e, …; or: create it in the portal, or name another: --hub NAME"
    ),
    (broker("TOPIC_ALREADY_EXISTS"), "the topic 't' exists at h:1 already\nconnect without --partitions"),
    (broker("TOPIC_EXCEPTION"), "h:1 rejects the topic name 't'\nuse letters, digits, ., _ and -"),
    (
      broker("MSG_SIZE_TOO_LARGE", "1 MB"),
      "h:1 rejects an event as too large: 1 MB\nmake the events smaller, or the topic's max.message.bytes larger"
    ),
    (
      broker("UNKNOWN_PRODUCER_ID"),
      "h:1 no longer knows events that it had acknowledged, and may have lost them\nlook what the hub holds with: hub; then send what is missing"
    ),
    (
      broker("OFFSET_OUT_OF_RANGE"),
      "h:1 no longer holds the next events of 't'\nskip the lost events (write … --on-gap earliest), or begin again (--restart)"
    ),
    (
      broker("INVALID_REPLICATION_FACTOR", "Broker: no"),
      "h:1 failed: Broker: no (INVALID_REPLICATION_FACTOR)\nlook into the broker's log"
    ),
  ]

  /// A broker's error, as librdkafka reports it.
  struct Broker: Sendable {
    let fault: String
    let reason: String
    let isEventHubs: Bool
    let topics: [String]

    func error() throws -> BrokerError {
      let string = "Endpoint=sb://c.example/;SharedAccessKeyName=n;SharedAccessKey=k"
      let address =
        try isEventHubs
        ? ConnectionString(parsing: string).address(hub: "t")
        : KafkaAddress(parsing: "kafka://h:1/t", user: "ann", password: Secret("secret"))
      return BrokerError(KafkaFault(fault, reason), address, topics: topics)
    }
  }

  private static func broker(
    _ fault: String, _ reason: String = "", service isEventHubs: Bool = false, topics: [String] = []
  ) -> Broker { Broker(fault: fault, reason: reason, isEventHubs: isEventHubs, topics: topics) }

  @Test("of files, tables and pages", arguments: tablesRows)
  func tables(error: any Explained, sentences: String) { check(error, sentences) }

  private static let tablesRows: [(any Explained, String)] = [
    (
      FileError("read", "a.csv", code: 2),
      "cannot read a.csv: No such file or directory\ncheck the path; a relative one begins at the folder where the program was started"
    ),
    (
      FileError("write", "a.csv", code: 13),
      "cannot write a.csv: Permission denied\nchoose a folder that you may write to, or change its permissions"
    ),
    (
      DeltaError.file(FileError("write", "t", code: 13)),
      "cannot write t: Permission denied\nchoose a folder that you may write to, or change its permissions"
    ),
    (
      DeltaError.notATable(path: "t"),
      "t is not a Delta table: it has no _delta_log\ncheck the name: tables lists what there is"
    ),
    (
      DeltaError.missingVersion(path: "t", version: 3),
      "the table t lacks version 3 of its log\nrestore t/_delta_log/ from a copy"
    ),
    (
      DeltaError.versionGone(path: "t", wanted: 1, oldest: 5),
      "version 1 of the table t was deleted from its log; the oldest one left is 5\nread version 5 or a later one"
    ),
    (
      DeltaError.noVersionAt(path: "t", time: "1999", first: "2019", last: "2020"),
      "the table t has no version at 1999: its versions are from 2019 to 2020\nchoose a time between these"
    ),
    (
      DeltaError.noSuchColumn("avrage", known: ["average", "n"]), "there is no column 'avrage'\ndid you mean 'average'?"
    ),
    (
      DeltaError.onlyPartitions(path: "t"),
      "every column of t would be a partition column\nleave one column that is not"
    ),
    (
      DeltaError.emptyPartitionKey("lang"),
      "an empty text in the partition column 'lang' would read back as null, and be a second row of its key\nwrite to a table that is not partitioned by 'lang', or filter such events out: --where"
    ),
    (DeltaError.interrupted, "interrupted\nrun it again: nothing was written"),
    (
      DeltaError.malformed(path: "t/0.json", line: 2, reason: "no path"),
      "t/0.json, line 2: no path\nrestore the file from a copy: the table's log is damaged"
    ),
    (
      DeltaError.unsupported(path: "t", feature: "rowTracking"),
      "the table t uses rowTracking, which is not supported\nread it with another tool"
    ),
    (
      DeltaError.noSuchVersion(path: "t", wanted: 9, newest: 5),
      "the table t has no version 9; its newest is 5\nread version 5 or an earlier one"
    ),
    (
      DeltaError.missingDataFile(path: "t/a.parquet"),
      "the table's data file t/a.parquet is missing\nrestore it from a copy, or write the table again"
    ),
    (
      DeltaError.escapingPath(table: "t", path: "../x"),
      "the log of t names a file outside of the table: ../x\nread tables only from writers that you trust: this one was not read"
    ),
    (
      DeltaError.shallowClone(table: "t", path: "/x"),
      "the table t is a shallow clone: its log names the file /x of another table, which is not supported\nmake a deep clone of it with the tool that wrote it"
    ),
    (
      DeltaError.otherDataFile(path: "t/a", difference: "9 bytes, not 8"),
      "the data file t/a is not the one that the table's log describes: 9 bytes, not 8\nrestore it from a copy"
    ),
    (
      DeltaError.link(path: "t"),
      "t is a link, and tables are not written through links\nput the folder itself in its place, or work where the link leads"
    ),
    (
      DeltaError.badColumnName("a b", reason: "it has a blank"),
      "invalid column name 'a b': it has a blank\nrename the column"
    ),
    (
      DeltaError.badPartitionValue(column: "x", value: "NaN"),
      "the value NaN cannot be a partition of 'x'\nfilter such rows out, or write to a table that is not partitioned by it"
    ),
    (
      DeltaError.otherColumns(path: "t", difference: "'n' is missing"),
      "the table t has other columns: 'n' is missing\nwrite to a new table, add the columns to this one (--add-columns), or replace its rows (--restart)"
    ),
    (
      DeltaError.notWritable(path: "t", demand: "column mapping"),
      "the table t requires column mapping of its writers, which is not supported\nwrite to a new table: --to NAME"
    ),
    (
      DeltaError.conflict(path: "t", version: 4),
      "another program wrote version 4 of t at the same time\nrun it again: nothing was written"
    ),
    (
      parquet(.notParquet),
      "a.parquet, column 'x', byte 8: not a Parquet file: it does not begin and end with the letters PAR1\nname another file, or write it again if its writer was interrupted"
    ),
    (
      parquet(.encrypted),
      "a.parquet, column 'x', byte 8: the file is encrypted, which is not supported\nwrite it again without encryption"
    ),
    (
      parquet(.damaged("a negative count")),
      "a.parquet, column 'x', byte 8: the file is damaged: a negative count\nfetch or write it again"
    ),
    (
      parquet(.unsupported("INTERVAL", remedy: "write it as STRING")),
      "a.parquet, column 'x', byte 8: INTERVAL is not supported\nwrite it as STRING"
    ),
    (
      parquet(.unreadable(code: 13, reason: "Permission denied")),
      "a.parquet, column 'x', byte 8: the file cannot be read: Permission denied\ncheck that it exists, and that you may read it"
    ),
    (
      parquet(.noSuchColumn(known: ["time", "score"])),
      "a.parquet, column 'x', byte 8: there is no such column\nthere are score, time"
    ),
    (
      parquet(.sameNames("X")),
      "a.parquet, column 'x', byte 8: another column is called 'X'\ngive columns names that differ by more than case"
    ),
    (
      parquet(.nullInRequiredColumn(row: 0)),
      "a.parquet, column 'x', byte 8: row 1 is null, but the column is declared without nulls\ndeclare it nullable, or leave the row out"
    ),
    (
      parquet(.notUTF8(row: 0)),
      "a.parquet, column 'x', byte 8: row 1 is not UTF-8 text\nwrite the column as UTF-8, or as hexadecimal digits if it is not text"
    ),
    (
      parquet(.outOfRange(row: 0, what: "the year 10000")),
      "a.parquet, column 'x', byte 8: row 1: the year 10000\ncorrect the value, or leave the row or the column out"
    ),
    (
      parquet(.tooLarge("a page")),
      "a.parquet, column 'x', byte 8: a page is larger than Parquet can hold\nwrite fewer rows or shorter texts"
    ),
  ]

  private static func parquet(_ kind: ParquetError.Kind) -> ParquetError {
    ParquetError(file: "a.parquet", column: "x", position: 8, kind: kind)
  }
}
