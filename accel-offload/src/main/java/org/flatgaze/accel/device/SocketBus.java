package org.flatgaze.accel.device;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;

/**
 * A device behind a TCP socket, such as a {@link DeviceServer} in another process. Connects at the first access, and again at
 * the next one after a loss; every wait is bounded.
 */
public final class SocketBus extends FramedBus {

    private static final int CONNECT_MILLIS = 500;

    /** A command runs within one access, so this must be longer than the longest program. */
    private static final int ANSWER_MILLIS = 10_000;

    private final InetSocketAddress address;
    private Socket socket;
    private OutputStream out;
    private DataInputStream in;

    public SocketBus(InetSocketAddress address) {
        super(BusFrame.PAYLOAD_MOST);
        this.address = address;
    }

    /**
     * A bus to {@code host:port}.
     *
     * @throws IllegalArgumentException if that is no address
     */
    public static SocketBus of(String hostAndPort) {
        int colon = hostAndPort.lastIndexOf(':');
        try {
            int port = Integer.parseInt(hostAndPort.substring(colon + 1));
            if (colon > 0 && port > 0 && port < 65536) {
                return new SocketBus(new InetSocketAddress(hostAndPort.substring(0, colon), port));
            }
        } catch (NumberFormatException _) {
            // said below
        }
        throw new IllegalArgumentException("'" + hostAndPort + "' is no address; expected host:port");
    }

    @Override
    public String description() {
        return "device at " + address.getHostString() + ":" + address.getPort();
    }

    @Override
    void exchange(byte[] question, int length, byte[] reply, int replyLength) throws BusException {
        try {
            if (socket == null) {
                connect();
            }
            out.write(question, 0, length);
            in.readFully(reply, 0, replyLength);
        } catch (IOException e) {
            close();
            throw new BusException(BusException.Kind.GONE, "nobody answers: " + e.getMessage(), e);
        }
    }

    private void connect() throws IOException {
        Socket fresh = new Socket();
        try {
            fresh.connect(address, CONNECT_MILLIS);
            fresh.setSoTimeout(ANSWER_MILLIS);
            fresh.setTcpNoDelay(true);
            out = fresh.getOutputStream();
            in = new DataInputStream(fresh.getInputStream());
            socket = fresh;
        } catch (IOException e) {
            fresh.close();
            throw e;
        }
    }

    /** A damaged answer may have left bytes behind: a fresh connection has none. */
    @Override
    void resynchronise() {
        close();
    }

    @Override
    public void close() {
        if (socket != null) {
            try {
                socket.close();
            } catch (IOException _) {
                // Nothing was lost that we wanted to keep.
            }
            socket = null;
        }
    }
}
