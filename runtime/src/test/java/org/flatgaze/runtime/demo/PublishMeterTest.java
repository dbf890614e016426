package org.flatgaze.runtime.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.flatgaze.pipeline.GazeSample;
import org.flatgaze.runtime.publish.MqttTransport;
import org.flatgaze.runtime.publish.MqttTransport.PublishResult;
import org.flatgaze.runtime.publish.SampleSource;
import org.junit.jupiter.api.Test;

final class PublishMeterTest {

    private static final String GAZE = "flatgaze/v1/a/gaze/right";
    private static final byte[] PAYLOAD = {1};

    private final List<Long> accepted = new ArrayList<>();
    private final GazeSample sample = new GazeSample();
    private long now;
    private PublishResult answer = PublishResult.ACCEPTED;
    private final PublishMeter meter = new PublishMeter(() -> now, GAZE, s -> accepted.add(s.sequence));
    private final MqttTransport transport = meter.transport(answering());
    private final SampleSource source = meter.source(into -> {
        into.sequence++;
        into.captureNanos = 1_000_000;
        return true;
    });

    @Test
    void shouldMeasureFromCaptureToAcceptance() {
        source.poll(sample);
        now = 6_000_000;
        publish(GAZE);
        assertEquals(List.of(1L), accepted);
        assertEquals(5.0, meter.latency().summary().maxMs(), 0.01);
        assertEquals(6_000_000, meter.lastAcceptedNanos());
    }

    @Test
    void shouldCountARetriedSampleOnceWithAllItsWaiting() {
        source.poll(sample);
        answer = PublishResult.WINDOW_FULL;
        now = 2_000_000;
        publish(GAZE);
        assertEquals(0, meter.latency().summary().count());
        answer = PublishResult.ACCEPTED;
        now = 9_000_000;
        publish(GAZE);
        assertEquals(1, meter.latency().summary().count());
        assertEquals(8.0, meter.latency().summary().maxMs(), 0.01);
    }

    @Test
    void shouldLeaveOtherTopicsOut() {
        publish("flatgaze/v1/a/state");
        assertEquals(0, meter.latency().summary().count());
        assertEquals(List.of(), accepted);
    }

    private void publish(String topic) {
        assertEquals(answer, transport.publish(topic, PAYLOAD, 0, 1, 0, false, 1, null));
    }

    /** A transport that answers {@link #answer} to everything it is given. */
    private MqttTransport answering() {
        return (MqttTransport) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {MqttTransport.class},
                (proxy, method, arguments) -> answer);
    }
}
