package org.flatgaze.runtime.broker;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Map;

/**
 * What a subscriber saw.
 *
 * @param received gaze messages, well-formed or not
 * @param malformed of these, messages that break the contract
 * @param missing frame numbers skipped between the first and the last
 * @param duplicates messages with the frame number of the one before
 * @param outOfOrder messages with a lower frame number than the one before
 * @param firstSequence frame number of the first message, -1 when there was none
 * @param lastSequence highest frame number, -1 when there was none
 * @param statuses messages per status word
 * @param bytes payload bytes of all gaze messages
 * @param state last text of the topic {@code state}, empty when there was none
 * @param infos birth records of the device
 * @param transportMicros time from the frame thread of the publisher to here: p50, p99, max; same machine only
 * @param firstFault what was wrong with the first malformed message, empty when none was
 */
public record SubscriberSummary(
        long received,
        long malformed,
        long missing,
        long duplicates,
        long outOfOrder,
        long firstSequence,
        long lastSequence,
        Map<String, Long> statuses,
        long bytes,
        String state,
        long infos,
        TransportMicros transportMicros,
        String firstFault) {

    private static final ObjectMapper JSON = JsonMapper.builder().build();

    /** Percentiles, µs. */
    public record TransportMicros(long p50, long p99, long max) {}

    public SubscriberSummary {
        statuses = Map.copyOf(statuses);
    }

    /** Whether every message was well-formed and came once and in order, with no frame left out. */
    @JsonIgnore
    public boolean clean() {
        return malformed == 0 && missing == 0 && duplicates == 0 && outOfOrder == 0;
    }

    String toJson() {
        try {
            return JSON.writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("summary cannot be written: " + e.getOriginalMessage(), e);
        }
    }

    static SubscriberSummary parse(String json) throws ChildException {
        try {
            return JSON.readValue(json, SubscriberSummary.class);
        } catch (JsonProcessingException e) {
            throw new ChildException("the subscriber answered something else than a summary: " + json, e);
        }
    }
}
