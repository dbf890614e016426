package org.flatgaze.runtime.bench;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.flatgaze.pipeline.GazeSample;
import org.flatgaze.pipeline.models.ModelEntry;
import org.flatgaze.runtime.broker.BrokerProcess;
import org.flatgaze.runtime.broker.ChildException;
import org.flatgaze.runtime.loop.EventCount;
import org.flatgaze.runtime.publish.AcceptingTransport;
import org.flatgaze.runtime.publish.DeviceInfo;
import org.flatgaze.runtime.publish.DeviceState;
import org.flatgaze.runtime.publish.Eye;
import org.flatgaze.runtime.publish.GazePublisher;
import org.flatgaze.runtime.publish.PahoTransport;
import org.flatgaze.runtime.publish.PublisherConfig;
import org.flatgaze.runtime.publish.PublisherListener;
import org.flatgaze.runtime.publish.SampleSource;
import org.flatgaze.runtime.publish.Topics;
import org.flatgaze.runtime.publish.TransportConfig;
import org.flatgaze.runtime.publish.TransportException;

/**
 * Publishes to a broker: a child process with a subscriber, or one that runs already. A sample counts as handed over when
 * the MQTT client has accepted it for sending.
 */
final class MqttOutlet implements Outlet {

    private static final Duration READY = Duration.ofSeconds(10);
    private static final String DEVICE = "bench";
    private static final SampleSource NOTHING = into -> false;

    private record Run(SampleSource source, RunRecorder recorder, EventCount taken, long droppedBefore) {}

    private final BrokerProcess broker;
    private final GazePublisher publisher;
    private final String url;
    private final GazeSample current = new GazeSample();
    private volatile Run run;

    private MqttOutlet(
            BrokerProcess broker,
            String url,
            BenchOptions options,
            List<ModelEntry> models,
            Runnable setup,
            Consumer<String> say) {
        this.broker = broker;
        this.url = url;
        Topics topics = new Topics(DEVICE);
        PublisherConfig.Mode mode =
                options.mode() == BenchMode.PACED ? PublisherConfig.Mode.NEWEST : PublisherConfig.Mode.LOSSLESS;
        DeviceInfo info = new DeviceInfo(
                "flatgaze bench",
                "simulated reference device, 480 x 640 mono, 10 bit",
                options.mode() == BenchMode.PACED ? options.framesPerSecond() : 0,
                BenchRun.pipelineConfig(options).schedule().period(),
                options.accelerator(),
                models.stream()
                        .map(model -> new DeviceInfo.Model(model.id(), model.sha256()))
                        .toList(),
                null,
                false);
        String client = "flatgaze-bench-" + ProcessHandle.current().pid();
        publisher = new GazePublisher(
                PublisherConfig.of(topics, Eye.RIGHT, mode),
                info,
                new AcceptingTransport(
                        new PahoTransport(TransportConfig.of(url, client).withWill(topics)),
                        topics.gaze(Eye.RIGHT),
                        this::accepted),
                source(),
                new PublisherListener() {
                    @Override
                    public void onThread() {
                        setup.run();
                    }

                    @Override
                    public void brokerLost(String line) {
                        say.accept(line);
                    }

                    @Override
                    public void publishFailed(String line) {
                        say.accept(line);
                    }
                });
    }

    /**
     * Starts a broker if none is named, connects, and waits until samples can be sent.
     *
     * @param setup runs first on each thread of the publisher
     */
    static MqttOutlet open(BenchOptions options, List<ModelEntry> models, Runnable setup, Consumer<String> say)
            throws ChildException, TransportException, InterruptedException {
        BrokerProcess broker = options.broker().isPresent()
                ? null
                : BrokerProcess.startWithSubscriber(
                        new Topics(DEVICE),
                        PublisherConfig.of(new Topics(DEVICE), Eye.RIGHT, PublisherConfig.Mode.NEWEST)
                                .gazeQos());
        String url = broker == null ? options.broker().orElseThrow() : broker.url();
        MqttOutlet outlet = null;
        boolean ready = false;
        try {
            outlet = new MqttOutlet(broker, url, options, models, setup, say);
            outlet.publisher.start();
            outlet.publisher.awaitReady(READY);
            outlet.publisher.state(DeviceState.READY);
            ready = true;
            return outlet;
        } finally {
            if (!ready) {
                if (outlet != null) {
                    outlet.close();
                } else if (broker != null) {
                    broker.close();
                }
            }
        }
    }

    private SampleSource source() {
        return new SampleSource() {
            @Override
            public boolean poll(GazeSample into) {
                Run now = run;
                if (now == null || !now.source().poll(into)) {
                    return false;
                }
                current.set(into);
                now.taken().increment();
                return true;
            }

            @Override
            public void awaitSample(long nanos) {
                Run now = run;
                (now == null ? NOTHING : now.source()).awaitSample(nanos);
            }
        };
    }

    private void accepted() {
        Run now = run;
        if (now != null) {
            now.recorder().accept(current, System.nanoTime());
        }
    }

    @Override
    public void begin(SampleSource source, RunRecorder recorder) {
        run = new Run(source, recorder, new EventCount(), publisher.counters().dropped());
    }

    @Override
    public void end() {
        run = null;
    }

    @Override
    public void wake() {
        publisher.wake();
    }

    @Override
    public long taken() {
        Run now = run;
        return now == null ? 0 : now.taken().get();
    }

    @Override
    public long dropped() {
        Run now = run;
        return now == null ? 0 : publisher.counters().dropped() - now.droppedBefore();
    }

    @Override
    public void failIfDead() throws ChildException {
        if (broker != null && !broker.isAlive()) {
            throw new ChildException("the embedded broker has died; run the bench again, or name one with --broker");
        }
    }

    @Override
    public String description() {
        return broker == null ? url : "a broker with a subscriber in a process of their own, MQTT 5, QoS 0";
    }

    @Override
    public void close() {
        // A resource that is null is skipped; they close from the last to the first.
        try (broker;
                publisher) {
            return;
        }
    }
}
