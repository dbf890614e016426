package org.flatgaze.accel.device;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import org.flatgaze.accel.emulator.InterpretedProgram;

/**
 * A simulated device in a process of its own, behind a loopback TCP socket: {@code DeviceServer [SEED RATE]}. Prints {@code
 * READY port} and serves one connection at a time until its standard input ends, so that it never outlives its parent.
 * On the input line {@code faults} it prints the faults injected so far, in the order of {@link DeviceFault}.
 */
public final class DeviceServer {

    private final SimulatedDevice device;
    private final FrameServer frames;

    private DeviceServer(SimulatedDevice device) {
        this.device = device;
        this.frames = new FrameServer(device);
    }

    /** Serves until the input ends. */
    public static void main(String[] args) throws IOException {
        FaultPlan plan = args.length == 2
                ? FaultPlan.random(Long.parseLong(args[0]), Double.parseDouble(args[1]))
                : FaultPlan.none();
        SimulatedDevice device =
                new SimulatedDevice(InterpretedProgram::new, RegisterMap.CAN_INT8, SimulatedDevice.WINDOW_BYTES, plan);
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread.ofPlatform().daemon().name("device").start(() -> new DeviceServer(device).accept(listener));
            System.out.println("READY " + listener.getLocalPort());
            for (String line = IO.readln(); line != null; line = IO.readln()) {
                System.out.println(line.equals("faults") ? faults(device) : "FAILED unknown request: " + line);
            }
        }
    }

    private static String faults(SimulatedDevice device) {
        StringBuilder text = new StringBuilder();
        for (DeviceFault fault : DeviceFault.values()) {
            text.append(text.isEmpty() ? "" : " ").append(device.injected(fault));
        }
        return text.toString();
    }

    private void accept(ServerSocket listener) {
        while (!listener.isClosed()) {
            try (Socket socket = listener.accept()) {
                socket.setTcpNoDelay(true);
                serve(new DataInputStream(socket.getInputStream()), socket.getOutputStream());
            } catch (IOException _) {
                // The driver hung up, or the process ends.
            }
        }
    }

    /** Serves until the driver hangs up, loses its step, or the device goes away. */
    private void serve(DataInputStream in, OutputStream out) throws IOException {
        while (true) {
            in.readFully(frames.request(), 0, BusFrame.REQUEST_HEAD);
            int rest = frames.remainder();
            if (rest < 0) {
                return;
            }
            in.readFully(frames.request(), BusFrame.REQUEST_HEAD, rest);
            if (!device.answers()) {
                return;
            }
            out.write(frames.answer(), 0, frames.serve());
        }
    }
}
