package org.flatgaze.runtime.broker;

import java.time.Duration;
import org.flatgaze.runtime.publish.MqttTransport.ConnectionListener;
import org.flatgaze.runtime.publish.PahoTransport;
import org.flatgaze.runtime.publish.Topics;
import org.flatgaze.runtime.publish.TransportConfig;
import org.flatgaze.runtime.publish.TransportException;

/** A real client: over TCP to the broker, everything of one device, every gaze message decoded and checked. */
final class GazeSubscriber implements AutoCloseable {

    private static final Duration CONNECT = Duration.ofSeconds(10);

    private final GazeTally tally = new GazeTally();
    private final PahoTransport transport;

    private GazeSubscriber(PahoTransport transport) {
        this.transport = transport;
    }

    /** Connects and subscribes; returns when both are done. */
    static GazeSubscriber connect(String url, Topics topics, int qos) throws TransportException, InterruptedException {
        String clientId = "flatgaze-check-" + ProcessHandle.current().pid();
        GazeSubscriber subscriber = new GazeSubscriber(new PahoTransport(TransportConfig.of(url, clientId)));
        subscriber.transport.subscribe(topics.everything(), qos, subscriber.tally);
        subscriber.transport.connect(ConnectionListener.SILENT);
        if (!subscriber.transport.awaitConnected(CONNECT)) {
            String reason = subscriber.transport.lastError();
            subscriber.close();
            throw new TransportException("subscriber: broker " + url + " not reachable: " + reason);
        }
        return subscriber;
    }

    SubscriberSummary await(long count, Duration deadline) throws InterruptedException {
        return tally.await(count, deadline);
    }

    @Override
    public void close() {
        transport.close();
    }
}
