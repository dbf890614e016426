package org.flatgaze.runtime.publish;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;

/** A publisher in a process of its own, to be killed: {@code PublisherVictim URL DEVICE}. */
public final class PublisherVictim {

    private PublisherVictim() {}

    public static void main(String[] arguments) throws TransportException, InterruptedException, IOException {
        Topics topics = new Topics(arguments[1]);
        TransportConfig config = TransportConfig.of(arguments[0], "victim")
                .withWill(topics)
                .withTimes(Duration.ofSeconds(2), Duration.ofSeconds(5), Duration.ofMillis(50), Duration.ofMillis(200));
        try (GazePublisher publisher = new GazePublisher(
                PublisherConfig.of(topics, Eye.LEFT, PublisherConfig.Mode.NEWEST),
                Devices.info(),
                new PahoTransport(config),
                into -> false,
                PublisherListener.SILENT)) {
            publisher.state(DeviceState.READY);
            publisher.start();
            publisher.awaitReady(Duration.ofSeconds(10));
            // Until it is killed, or its parent goes and with it this input.
            System.in.transferTo(OutputStream.nullOutputStream());
        }
    }
}
