package org.flatgaze.runtime.demo;

import org.flatgaze.pipeline.GazeSample;
import org.flatgaze.runtime.loop.LatencyRecorder;
import org.flatgaze.runtime.loop.NanoClock;
import org.flatgaze.runtime.publish.AcceptingTransport;
import org.flatgaze.runtime.publish.MqttTransport;
import org.flatgaze.runtime.publish.SampleSource;

/**
 * Stands on both sides of the publisher and measures from the hand-over of a frame to the moment its message was accepted
 * for sending; a message that had to be offered several times counts once, with all its waiting.
 *
 * <p>{@link #source} and {@link #transport} are given to the publisher, whose thread does the measuring; nothing is
 * allocated per sample. Counters may be read from any thread.
 */
final class PublishMeter {

    /** Hears every sample once it was handed to MQTT; publish thread. */
    @FunctionalInterface
    interface Accepted {
        void accept(GazeSample sample);
    }

    private final NanoClock clock;
    private final String gazeTopic;
    private final Accepted accepted;
    private final LatencyRecorder latency = new LatencyRecorder();
    private final GazeSample current = new GazeSample();
    private volatile long lastAcceptedNanos;

    PublishMeter(NanoClock clock, String gazeTopic, Accepted accepted) {
        this.clock = clock;
        this.gazeTopic = gazeTopic;
        this.accepted = accepted;
    }

    /** The same samples, noted on their way. */
    SampleSource source(SampleSource samples) {
        return new SampleSource() {
            @Override
            public boolean poll(GazeSample into) {
                if (!samples.poll(into)) {
                    return false;
                }
                current.set(into);
                return true;
            }

            @Override
            public void awaitSample(long nanos) {
                samples.awaitSample(nanos);
            }
        };
    }

    /** The same transport, with accepted gaze messages noted. */
    MqttTransport transport(MqttTransport inner) {
        return new AcceptingTransport(inner, gazeTopic, this::note);
    }

    private void note() {
        long now = clock.nanoTime();
        latency.record(now - current.captureNanos);
        lastAcceptedNanos = now;
        accepted.accept(current);
    }

    /** Capture to hand-over to MQTT. */
    LatencyRecorder latency() {
        return latency;
    }

    /** When the last message was handed over, by the clock; 0 before the first. */
    long lastAcceptedNanos() {
        return lastAcceptedNanos;
    }
}
