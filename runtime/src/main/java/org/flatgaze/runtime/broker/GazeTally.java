package org.flatgaze.runtime.broker;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.HdrHistogram.Histogram;
import org.flatgaze.pipeline.FrameStatus;
import org.flatgaze.runtime.publish.GazeMessage;
import org.flatgaze.runtime.publish.MalformedMessageException;
import org.flatgaze.runtime.publish.MqttTransport;

/** Counts and checks what a subscriber receives from one device with one eye. Thread-safe. */
final class GazeTally implements MqttTransport.MessageListener {

    private static final long LATENCY_MICROS_MAX = 60_000_000;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition reached = lock.newCondition();
    private final Map<FrameStatus, Long> statuses = new EnumMap<>(FrameStatus.class);
    private final Histogram latencyMicros = new Histogram(LATENCY_MICROS_MAX, 2);
    private long received;
    private long wanted = Long.MAX_VALUE;
    private long malformed;
    private long missing;
    private long duplicates;
    private long outOfOrder;
    private long firstSequence = -1;
    private long lastSequence = -1;
    private long bytes;
    private long infos;
    private String state = "";
    private String firstFault = "";

    @Override
    public void message(String topic, byte[] payload, String contentType) {
        long now = System.nanoTime();
        lock.lock();
        try {
            if (topic.contains("/gaze/")) {
                gaze(payload, contentType, now);
            } else if (topic.endsWith("/state")) {
                state = new String(payload, StandardCharsets.UTF_8);
            } else if (topic.endsWith("/info")) {
                infos++;
            }
        } finally {
            lock.unlock();
        }
    }

    /** Waits until {@code count} gaze messages have come or {@code deadline} has passed. */
    SubscriberSummary await(long count, Duration deadline) throws InterruptedException {
        long left = deadline.toNanos();
        lock.lock();
        try {
            wanted = count;
            while (received < count && left > 0) {
                left = reached.awaitNanos(left);
            }
            return summary();
        } finally {
            lock.unlock();
        }
    }

    private void gaze(byte[] payload, String contentType, long nowNanos) {
        received++;
        bytes += payload.length;
        try {
            GazeMessage message = GazeMessage.decode(payload, contentType);
            statuses.merge(message.status(), 1L, Long::sum);
            order(message.sequence());
            long micros = (nowNanos - message.publishNanos()) / 1000;
            latencyMicros.recordValue(Math.clamp(micros, 0, LATENCY_MICROS_MAX));
        } catch (MalformedMessageException e) {
            malformed++;
            if (firstFault.isEmpty()) {
                firstFault = e.getMessage();
            }
        }
        if (received >= wanted) {
            reached.signalAll();
        }
    }

    private void order(long sequence) {
        if (firstSequence < 0) {
            firstSequence = sequence;
            lastSequence = sequence;
        } else if (sequence > lastSequence) {
            missing += sequence - lastSequence - 1;
            lastSequence = sequence;
        } else if (sequence == lastSequence) {
            duplicates++;
        } else {
            outOfOrder++;
        }
    }

    private SubscriberSummary summary() {
        Map<String, Long> words = new LinkedHashMap<>();
        statuses.forEach((status, count) -> words.put(status.name().toLowerCase(Locale.ROOT), count));
        return new SubscriberSummary(
                received,
                malformed,
                missing,
                duplicates,
                outOfOrder,
                firstSequence,
                lastSequence,
                words,
                bytes,
                state,
                infos,
                new SubscriberSummary.TransportMicros(
                        latencyMicros.getValueAtPercentile(50),
                        latencyMicros.getValueAtPercentile(99),
                        latencyMicros.getMaxValue()),
                firstFault);
    }
}
