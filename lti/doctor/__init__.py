"""The registration doctor: looks at all between us and one platform, and says what is wrong and what to do."""
