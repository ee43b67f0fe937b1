#if Kafka
  import CRdKafka
  import CivilTime
  import Dispatch

  /// A handle of librdkafka on one topic. All of the C library's pointers stay in this file.
  ///
  /// Calls may block, up to their time-outs; one actor owns the client.
  final class KafkaClient {
    enum Role {
      case producer, consumer
    }

    /// Whether one message was delivered.
    struct Delivery {
      let partition: Int
      /// -1 if it was not delivered.
      let offset: Int64
      let fault: KafkaFault?
    }

    /// The result of a fetch.
    struct Fetched {
      var batch: ReceivedBatch?
      /// The partition's end, if everything before it was fetched.
      var end: Int64?
      var fault: KafkaFault?
    }

    private let handle: OpaquePointer
    private let topic: OpaquePointer
    private let topicName: String
    private let events: OpaquePointer
    private var fetching: Set<Int> = []
    private var messages: UnsafeMutablePointer<UnsafeMutablePointer<rd_kafka_message_t>?>

    /// The limit of a fetch.
    private static let messagesPerFetch = 10_000

    /// - Parameter properties: librdkafka's, by its names.
    /// - Throws: ``KafkaFault`` if librdkafka rejects one of them.
    init(_ role: Role, topic name: String, properties: [String: String]) throws(KafkaFault) {
      var text = [CChar](repeating: 0, count: 512)
      let configuration = rd_kafka_conf_new()
      for (name, value) in properties.sorted(by: { $0.key < $1.key }) {
        guard rd_kafka_conf_set(configuration, name, value, &text, text.count) == RD_KAFKA_CONF_OK else {
          rd_kafka_conf_destroy(configuration)
          throw KafkaFault("_INVALID_ARG", Self.string(text))
        }
      }
      // Errors report what it would log to the terminal.
      rd_kafka_conf_set_log_cb(configuration) { _, _, _, _ in }
      rd_kafka_conf_set_events(configuration, RD_KAFKA_EVENT_ERROR | (role == .producer ? RD_KAFKA_EVENT_DR : 0))
      guard
        let handle = rd_kafka_new(
          role == .producer ? RD_KAFKA_PRODUCER : RD_KAFKA_CONSUMER, configuration, &text, text.count)
      else {
        rd_kafka_conf_destroy(configuration)
        let reason = Self.string(text)
        throw KafkaFault(reason.contains("ssl") ? "_SSL" : "_INVALID_ARG", reason)
      }
      guard let topic = rd_kafka_topic_new(handle, name, nil), let events = rd_kafka_queue_get_main(handle) else {
        let fault = Self.fault(rd_kafka_last_error())
        rd_kafka_destroy(handle)
        throw fault
      }
      self.handle = handle
      self.topic = topic
      self.events = events
      topicName = name
      messages = .allocate(capacity: Self.messagesPerFetch)
    }

    deinit {
      messages.deallocate()
      nonisolated(unsafe) let (handle, topic, events) = (handle, topic, events)
      let fetching = fetching
      // It blocks until its threads end.
      DispatchQueue.global().async {
        for partition in fetching { rd_kafka_consume_stop(topic, Int32(partition)) }
        rd_kafka_queue_destroy(events)
        rd_kafka_topic_destroy(topic)
        rd_kafka_destroy(handle)
      }
    }

    // MARK: Metadata

    /// How many partitions the topic has.
    func partitionCount(timeout: Duration) throws(KafkaFault) -> Int {
      let metadata = try metadata(ofTopic: true, timeout)
      defer { rd_kafka_metadata_destroy(metadata) }
      guard metadata.pointee.topic_cnt == 1 else { throw KafkaFault("_UNKNOWN_TOPIC", "no such topic") }
      let found = metadata.pointee.topics[0]
      guard found.err == RD_KAFKA_RESP_ERR_NO_ERROR else { throw Self.fault(found.err) }
      return Int(found.partition_cnt)
    }

    /// The names of all topics, sorted, without the broker's internal ones.
    func topicNames(timeout: Duration) throws(KafkaFault) -> [String] {
      let metadata = try metadata(ofTopic: false, timeout)
      defer { rd_kafka_metadata_destroy(metadata) }
      return (0..<Int(metadata.pointee.topic_cnt)).map { String(cString: metadata.pointee.topics[$0].topic) }
        .filter { !$0.hasPrefix("__") }.sorted()
    }

    private func metadata(
      ofTopic isOne: Bool, _ timeout: Duration
    ) throws(KafkaFault) -> UnsafePointer<rd_kafka_metadata> {
      var metadata: UnsafePointer<rd_kafka_metadata>?
      let code = rd_kafka_metadata(handle, isOne ? 0 : 1, isOne ? topic : nil, &metadata, timeout.milliseconds)
      guard code == RD_KAFKA_RESP_ERR_NO_ERROR, let metadata else { throw Self.fault(code) }
      return metadata
    }

    /// For each partition, the first offset whose event was enqueued at a time or later; -1 if there is none.
    ///
    /// - Parameter time: milliseconds since 1970, UTC; in the protocol -1 stands for the end and -2 for the oldest offset.
    func offsets(atMilliseconds time: Int64, partitions: Int, timeout: Duration) throws(KafkaFault) -> [Int64] {
      let list = rd_kafka_topic_partition_list_new(Int32(partitions))
      defer { rd_kafka_topic_partition_list_destroy(list) }
      guard let list else { throw KafkaFault("_FAIL", "no memory") }
      for partition in 0..<partitions {
        rd_kafka_topic_partition_list_add(list, topicName, Int32(partition)).pointee.offset = time
      }
      let code = rd_kafka_offsets_for_times(handle, list, timeout.milliseconds)
      guard code == RD_KAFKA_RESP_ERR_NO_ERROR else { throw Self.fault(code) }
      var offsets = [Int64](repeating: -1, count: partitions)
      for index in 0..<Int(list.pointee.cnt) {
        let found = list.pointee.elems[index]
        guard found.err == RD_KAFKA_RESP_ERR_NO_ERROR else { throw Self.fault(found.err) }
        offsets[Int(found.partition)] = found.offset
      }
      return offsets
    }

    /// Creates the topic.
    func createTopic(partitions: Int, timeout: Duration) throws(KafkaFault) {
      var text = [CChar](repeating: 0, count: 512)
      var new = rd_kafka_NewTopic_new(topicName, Int32(partitions), -1, &text, text.count)
      guard new != nil else { throw KafkaFault("_INVALID_ARG", Self.string(text)) }
      defer { rd_kafka_NewTopic_destroy(new) }
      let answers = rd_kafka_queue_new(handle)
      defer { rd_kafka_queue_destroy(answers) }
      let options = rd_kafka_AdminOptions_new(handle, RD_KAFKA_ADMIN_OP_CREATETOPICS)
      defer { rd_kafka_AdminOptions_destroy(options) }
      rd_kafka_AdminOptions_set_request_timeout(options, timeout.milliseconds, nil, 0)
      rd_kafka_CreateTopics(handle, &new, 1, options, answers)
      guard let event = rd_kafka_queue_poll(answers, timeout.milliseconds) else {
        throw KafkaFault("_TIMED_OUT", "no answer")
      }
      defer { rd_kafka_event_destroy(event) }
      if rd_kafka_event_error(event) != RD_KAFKA_RESP_ERR_NO_ERROR {
        throw KafkaFault(
          Self.name(rd_kafka_event_error(event)), String(cString: rd_kafka_event_error_string(event)))
      }
      var count = 0
      guard let result = rd_kafka_event_CreateTopics_result(event),
        let topics = rd_kafka_CreateTopics_result_topics(result, &count), count == 1, let topic = topics[0]
      else { throw KafkaFault("_BAD_MSG", "no answer about the topic") }
      let code = rd_kafka_topic_result_error(topic)
      guard code == RD_KAFKA_RESP_ERR_NO_ERROR else {
        let said = rd_kafka_topic_result_error_string(topic).map { String(cString: $0) }
        throw KafkaFault(Self.name(code), said ?? Self.fault(code).reason)
      }
    }

    // MARK: Faults

    /// Faults since the last call, oldest first.
    func faults() -> [KafkaFault] {
      var faults: [KafkaFault] = []
      while let event = rd_kafka_queue_poll(events, 0) {
        note(event, &faults)
        rd_kafka_event_destroy(event)
      }
      return faults
    }

    private func note(_ event: OpaquePointer, _ faults: inout [KafkaFault]) {
      guard rd_kafka_event_type(event) == RD_KAFKA_EVENT_ERROR else { return }
      let code = rd_kafka_event_error(event)
      let reason = String(cString: rd_kafka_event_error_string(event))
      guard code == RD_KAFKA_RESP_ERR__FATAL else { return faults.append(KafkaFault(Self.name(code), reason)) }
      var text = [CChar](repeating: 0, count: 512)
      faults.append(KafkaFault(Self.name(rd_kafka_fatal_error(handle, &text, text.count)), Self.string(text)))
    }

    /// The fault that makes all further sending useless; nil without one.
    var fatalFault: KafkaFault? {
      var text = [CChar](repeating: 0, count: 512)
      let code = rd_kafka_fatal_error(handle, &text, text.count)
      return code == RD_KAFKA_RESP_ERR_NO_ERROR ? nil : KafkaFault(Self.name(code), Self.string(text))
    }

    // MARK: Producing

    /// Hands over a batch's events, from one on, until the queue is full.
    ///
    /// - Parameter partition: nil chooses it by the key, or at random.
    /// - Returns: how many events were accepted.
    func produce(_ batch: EventBatch, from first: Int, partition: Int?) throws(KafkaFault) -> Int {
      let target = partition.map { Int32($0) } ?? RD_KAFKA_PARTITION_UA
      var (taken, fault): (Int, KafkaFault?) = (0, nil)
      batch.bodies.withUnsafeBytes { bodies in
        for index in first..<batch.count {
          let range = batch.range(index)
          let body = UnsafeMutableRawPointer(mutating: bodies.baseAddress.map { $0 + range.lowerBound })
          let code = produce(
            body, range.count, key: batch.keys.isEmpty ? nil : batch.keys[index],
            properties: batch.properties.isEmpty ? [:] : batch.properties[index], to: target)
          if code == RD_KAFKA_RESP_ERR__QUEUE_FULL { return }
          guard code == RD_KAFKA_RESP_ERR_NO_ERROR else {
            fault = Self.fault(code)
            return
          }
          taken += 1
        }
      }
      if let fault, taken == 0 { throw fault }
      return taken
    }

    /// An empty key differs from none: its pointer is not null.
    private func produce(
      _ body: UnsafeMutableRawPointer?, _ count: Int, key: [UInt8]?, properties: [String: String], to partition: Int32
    ) -> rd_kafka_resp_err_t {
      guard !properties.isEmpty else {
        let code = (key ?? []).withUnsafeBytes { bytes in
          rd_kafka_produce(
            topic, partition, RD_KAFKA_MSG_F_COPY, body, count,
            key == nil ? nil : bytes.baseAddress ?? UnsafeRawPointer(topic), bytes.count, nil)
        }
        return code == 0 ? RD_KAFKA_RESP_ERR_NO_ERROR : rd_kafka_last_error()
      }
      guard let headers = rd_kafka_headers_new(properties.count) else { return RD_KAFKA_RESP_ERR__FAIL }
      for (name, value) in properties.sorted(by: { $0.key < $1.key }) {
        let value = Array(value.utf8)
        _ = value.withUnsafeBytes { rd_kafka_header_add(headers, name, -1, $0.baseAddress, $0.count) }
      }
      return (key ?? []).withUnsafeBytes { bytes in
        var values = [rd_kafka_vu_t](repeating: rd_kafka_vu_t(), count: 6)
        values[0].vtype = RD_KAFKA_VTYPE_RKT
        values[0].u.rkt = topic
        values[1].vtype = RD_KAFKA_VTYPE_PARTITION
        values[1].u.i32 = partition
        values[2].vtype = RD_KAFKA_VTYPE_MSGFLAGS
        values[2].u.i = RD_KAFKA_MSG_F_COPY
        values[3].vtype = RD_KAFKA_VTYPE_VALUE
        values[3].u.mem.ptr = body
        values[3].u.mem.size = count
        values[4].vtype = RD_KAFKA_VTYPE_KEY
        values[4].u.mem.ptr = UnsafeMutableRawPointer(
          mutating: key == nil ? nil : bytes.baseAddress ?? UnsafeRawPointer(topic))
        values[4].u.mem.size = bytes.count
        values[5].vtype = RD_KAFKA_VTYPE_HEADERS
        values[5].u.headers = headers
        let error = rd_kafka_produceva(handle, values, values.count)
        guard let error else { return RD_KAFKA_RESP_ERR_NO_ERROR }
        let code = rd_kafka_error_code(error)
        rd_kafka_error_destroy(error)
        rd_kafka_headers_destroy(headers)
        return code
      }
    }

    /// Deliveries of messages that were handed over; waits up to `timeout` for the first.
    func deliveries(timeout: Duration) -> (deliveries: [Delivery], faults: [KafkaFault]) {
      var (deliveries, faults): ([Delivery], [KafkaFault]) = ([], [])
      var wait = timeout.milliseconds
      while let event = rd_kafka_queue_poll(events, wait) {
        wait = 0
        if rd_kafka_event_type(event) == RD_KAFKA_EVENT_DR {
          while let message = rd_kafka_event_message_next(event) {
            let code = message.pointee.err
            deliveries.append(
              Delivery(
                partition: Int(message.pointee.partition), offset: message.pointee.offset,
                fault: code == RD_KAFKA_RESP_ERR_NO_ERROR ? nil : Self.fault(code)))
          }
        } else {
          note(event, &faults)
        }
        rd_kafka_event_destroy(event)
        if !deliveries.isEmpty { break }
      }
      return (deliveries, faults)
    }

    /// Gives up messages that are not acknowledged; each soon has a delivery with a fault.
    func purge() {
      rd_kafka_purge(handle, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT | RD_KAFKA_PURGE_F_NON_BLOCKING)
    }

    // MARK: Consuming

    /// Fetches a partition in the background, from an offset on.
    func fetch(partition: Int, from offset: Int64) throws(KafkaFault) {
      stopFetching(partition)
      guard rd_kafka_consume_start(topic, Int32(partition), offset) == 0 else {
        throw Self.fault(rd_kafka_last_error())
      }
      fetching.insert(partition)
    }

    func stopFetching(_ partition: Int) {
      if fetching.remove(partition) != nil { rd_kafka_consume_stop(topic, Int32(partition)) }
    }

    /// Fetched messages of a partition; waits up to `timeout` for the first.
    func fetched(partition: Int, timeout: Duration) -> Fetched {
      var fetched = Fetched()
      var count = 0
      // rd_kafka_consume waits for one message, the batch call for all of them.
      if timeout > .zero {
        guard let first = rd_kafka_consume(topic, Int32(partition), timeout.milliseconds) else { return fetched }
        messages[0] = first
        count = 1
      }
      count += max(
        0, rd_kafka_consume_batch(topic, Int32(partition), 0, messages + count, Self.messagesPerFetch - count))
      guard count > 0 else { return fetched }
      var events = EventBatch()
      var (offsets, times): ([Int64], [Timestamp]) = ([], [])
      offsets.reserveCapacity(count)
      times.reserveCapacity(count)
      for index in 0..<count {
        guard let message = messages[index] else { continue }
        switch message.pointee.err {
        case RD_KAFKA_RESP_ERR_NO_ERROR:
          append(message, to: &events)
          offsets.append(message.pointee.offset)
          var kind = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE
          times.append(Timestamp(microseconds: rd_kafka_message_timestamp(message, &kind).multipliedClamped(by: 1_000)))
        case RD_KAFKA_RESP_ERR__PARTITION_EOF: fetched.end = message.pointee.offset
        default:
          let said = rd_kafka_message_errstr(message).map { String(cString: $0) }
          fetched.fault = KafkaFault(Self.name(message.pointee.err), said ?? "")
        }
        rd_kafka_message_destroy(message)
      }
      if let first = offsets.first, let last = offsets.last {
        var batch = ReceivedBatch(partition: partition, firstOffset: first, enqueuedTime: times[0], events: events)
        if last != batch.nextOffset - 1 { batch.offsets = offsets }
        batch.nextOffset = last + 1
        batch.enqueuedTimes = times
        fetched.batch = batch
      }
      return fetched
    }

    private func append(_ message: UnsafeMutablePointer<rd_kafka_message_t>, to events: inout EventBatch) {
      let body = UnsafeRawBufferPointer(start: message.pointee.payload, count: message.pointee.len)
      var headers: OpaquePointer?
      let hasHeaders = rd_kafka_message_headers(message, &headers) == RD_KAFKA_RESP_ERR_NO_ERROR
      guard hasHeaders || message.pointee.key != nil else { return events.append(body: body) }
      var event = Event(body: Array(body))
      if let key = message.pointee.key {
        event.key = Array(UnsafeRawBufferPointer(start: key, count: message.pointee.key_len))
      }
      var (index, name, value, size): (Int, UnsafePointer<CChar>?, UnsafeRawPointer?, Int) = (0, nil, nil, 0)
      while hasHeaders, rd_kafka_header_get_all(headers, index, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR {
        if let name {
          let bytes = UnsafeRawBufferPointer(start: value, count: value == nil ? 0 : size)
          event.properties[String(cString: name)] = String(decoding: bytes, as: UTF8.self)
        }
        index += 1
      }
      events.append(event)
    }

    // MARK: Names and texts

    private static func name(_ code: rd_kafka_resp_err_t) -> String { String(cString: rd_kafka_err2name(code)) }

    private static func fault(_ code: rd_kafka_resp_err_t) -> KafkaFault {
      KafkaFault(name(code), String(cString: rd_kafka_err2str(code)))
    }

    private static func string(_ text: [CChar]) -> String {
      String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
  }

  extension Duration {
    /// For C, rounded down.
    fileprivate var milliseconds: Int32 { Int32(clamping: Int64(self / .milliseconds(1))) }
  }

  extension Int64 {
    fileprivate func multipliedClamped(by other: Int64) -> Int64 {
      let (product, overflow) = multipliedReportingOverflow(by: other)
      return overflow ? (self < 0 ? .min : .max) : product
    }
  }
#endif
