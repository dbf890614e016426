package org.flatgaze.runtime.demo;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.flatgaze.pipeline.GazeSample;
import org.flatgaze.pipeline.PipelineConfig;
import org.flatgaze.runtime.broker.BrokerProcess;
import org.flatgaze.runtime.broker.ChildException;
import org.flatgaze.runtime.broker.DemoSubscriber;
import org.flatgaze.runtime.broker.SubscriberSummary;
import org.flatgaze.runtime.loop.LatencyRecorder;
import org.flatgaze.runtime.loop.NanoClock;
import org.flatgaze.runtime.loop.PipelineStack;
import org.flatgaze.runtime.loop.ThroughputLoop;
import org.flatgaze.runtime.publish.DeviceInfo;
import org.flatgaze.runtime.publish.DeviceState;
import org.flatgaze.runtime.publish.Eye;
import org.flatgaze.runtime.publish.GazePublisher;
import org.flatgaze.runtime.publish.PahoTransport;
import org.flatgaze.runtime.publish.PublisherConfig;
import org.flatgaze.runtime.publish.PublisherCounters;
import org.flatgaze.runtime.publish.PublisherListener;
import org.flatgaze.runtime.publish.SampleSource;
import org.flatgaze.runtime.publish.Topics;
import org.flatgaze.runtime.publish.TransportConfig;
import org.flatgaze.runtime.publish.TransportException;

/** The MQTT side of a demo: broker, checking subscriber and publisher. The demo's main thread calls. */
final class DemoMqtt implements AutoCloseable {

    private static final Duration READY = Duration.ofSeconds(10);
    private static final int QOS = 0;

    private final BrokerProcess broker;
    private final DemoSubscriber subscriber;
    private final GazePublisher publisher;
    private final PublishMeter meter;

    private DemoMqtt(BrokerProcess broker, DemoSubscriber subscriber, GazePublisher publisher, PublishMeter meter) {
        this.broker = broker;
        this.subscriber = subscriber;
        this.publisher = publisher;
        this.meter = meter;
    }

    /** Starts everything and waits until the publisher is connected; the samples come from {@code loop}. */
    static DemoMqtt open(
            DemoOptions options,
            PipelineStack stack,
            PublishMeter.Accepted accepted,
            ThroughputLoop loop,
            NanoClock clock,
            LiveLine live)
            throws ChildException, TransportException, InterruptedException {
        Topics topics = new Topics(options.device());
        BrokerProcess broker = options.broker().isPresent() ? null : BrokerProcess.startWithSubscriber(topics, QOS);
        DemoSubscriber subscriber = null;
        GazePublisher publisher = null;
        boolean ready = false;
        try {
            String url = broker == null ? options.broker().orElseThrow() : broker.url();
            subscriber = broker == null ? DemoSubscriber.connect(url, topics, QOS) : broker.subscriber();
            PublishMeter meter = new PublishMeter(clock, topics.gaze(Eye.RIGHT), accepted);
            publisher = publisher(topics, url, stack, meter, loop, live);
            publisher.start();
            publisher.awaitReady(READY);
            publisher.state(DeviceState.READY);
            ready = true;
            return new DemoMqtt(broker, subscriber, publisher, meter);
        } finally {
            if (!ready) {
                closeAll(publisher, subscriber, broker);
            }
        }
    }

    private static GazePublisher publisher(
            Topics topics, String url, PipelineStack stack, PublishMeter meter, ThroughputLoop loop, LiveLine live) {
        DeviceInfo info = new DeviceInfo(
                "flatgaze demo",
                "simulated reference device, 480 x 640 mono, 10 bit",
                // At full speed the demo sets no pace; the rate of the simulated movement would only mislead.
                0,
                PipelineConfig.DEFAULT.schedule().period(),
                stack.acceleratorId(),
                stack.models().stream()
                        .map(model -> new DeviceInfo.Model(model.id(), model.sha256()))
                        .toList(),
                null,
                false);
        SampleSource samples = new SampleSource() {
            @Override
            public boolean poll(GazeSample into) {
                return loop.poll(into);
            }

            @Override
            public void awaitSample(long nanos) {
                loop.awaitSample(nanos);
            }
        };
        String client = "flatgaze-demo-" + ProcessHandle.current().pid();
        return new GazePublisher(
                PublisherConfig.of(topics, Eye.RIGHT, PublisherConfig.Mode.LOSSLESS),
                info,
                meter.transport(
                        new PahoTransport(TransportConfig.of(url, client).withWill(topics))),
                meter.source(samples),
                new PublisherListener() {
                    @Override
                    public void brokerLost(String line) {
                        live.note("demo: " + line);
                    }

                    @Override
                    public void publishFailed(String line) {
                        live.note("demo: " + line);
                    }
                });
    }

    /** Waits until everything that was taken is on its way; not for a broker that is gone. */
    void finish(Duration deadline) throws InterruptedException {
        if (broker == null || broker.isAlive()) {
            publisher.finish(deadline);
        }
    }

    /** What the subscriber saw, once all that was published has come or {@code deadline} has passed; null if it is gone. */
    SubscriberSummary received(Duration deadline) throws InterruptedException {
        try {
            return subscriber.await(published(), deadline);
        } catch (ChildException _) {
            // The figures of this side stand by themselves; the summary says that the other side is missing.
            return null;
        }
    }

    /** Messages the subscriber has by now. */
    long receivedSoFar() throws InterruptedException, ChildException {
        return subscriber.await(0, Duration.ZERO).received();
    }

    /** Throws if the broker's process is gone. */
    void failIfDead() throws ChildException {
        if (broker != null && !broker.isAlive()) {
            throw new ChildException(
                    "the embedded broker has died; run the demo again, or name a broker with --broker");
        }
    }

    long published() {
        return publisher.counters().published();
    }

    long dropped() {
        return publisher.counters().dropped();
    }

    Map<String, Long> droppedByCause() {
        PublisherCounters counters = publisher.counters();
        Map<String, Long> dropped = new LinkedHashMap<>();
        dropped.put("mqtt_full", counters.droppedFull());
        dropped.put("mqtt_offline", counters.droppedOffline());
        dropped.put("mqtt_stale", counters.droppedStale());
        dropped.put("mqtt_failed", counters.failed());
        return dropped;
    }

    LatencyRecorder latency() {
        return meter.latency();
    }

    long lastAcceptedNanos() {
        return meter.lastAcceptedNanos();
    }

    /** Says {@code disconnected} and ends the other processes. */
    @Override
    public void close() {
        closeAll(publisher, subscriber, broker);
    }

    private static void closeAll(GazePublisher publisher, DemoSubscriber subscriber, BrokerProcess broker) {
        // A resource that is null is skipped; they close from the last to the first.
        try (broker;
                subscriber;
                publisher) {
            return;
        }
    }
}
