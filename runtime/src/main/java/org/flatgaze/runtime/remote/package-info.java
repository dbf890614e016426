/** Commands over MQTT: a client calibrates, validates and picks the user's profile while the gaze goes on. */
package org.flatgaze.runtime.remote;
