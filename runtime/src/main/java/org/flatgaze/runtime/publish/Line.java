package org.flatgaze.runtime.publish;

import java.io.IOException;
import java.net.Socket;

/**
 * The socket under one connection: without delay (the client library does not ask for it, and a small packet would
 * wait for the acknowledgement of the one before) and with a small send buffer (what lies there when the broker stops
 * reading is gaze that grows old). Remembered, so that a stuck writer can be cut loose.
 */
final class Line {

    private final int sendBufferBytes;
    private volatile Socket last;

    Line(int sendBufferBytes) {
        this.sendBufferBytes = sendBufferBytes;
    }

    Socket prepared(Socket socket) throws IOException {
        socket.setTcpNoDelay(true);
        socket.setSendBufferSize(sendBufferBytes);
        last = socket;
        return socket;
    }

    /** Closes the socket without ceremony; a thread that is stuck in a write on it wakes up. */
    void cut() {
        Socket socket = last;
        if (socket != null) {
            try {
                socket.close();
            } catch (IOException _) {
                // It is being thrown away; there is nothing left to do with it.
            }
        }
    }

    static UnsupportedOperationException unconnectedOnly() {
        return new UnsupportedOperationException("this factory makes unconnected sockets only");
    }
}
